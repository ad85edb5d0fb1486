using System.Security.Cryptography;
using ScaiSend.Platform.Storage.Idempotency;

namespace ScaiSend.Api.MailSend;

/// <summary>What the first request under an <see cref="IdempotencyKey"/> was answered.</summary>
public sealed record FirstAnswer(byte[] RequestHash, IReadOnlyList<Guid> MessageIds)
{
    /// <summary>Whether the request is the first one again.</summary>
    public bool IsFor(IdempotencyKey key) => CryptographicOperations.FixedTimeEquals(RequestHash, key.RequestHash);

    /// <summary>The ids as <see cref="IdempotencyRecord.MessageIds"/> has them.</summary>
    public static byte[] Pack(IEnumerable<Guid> ids) => [.. ids.SelectMany(id => id.ToByteArray(bigEndian: true))];

    /// <summary>From a record's columns.</summary>
    public static FirstAnswer Of(byte[] requestHash, byte[] messageIds) =>
        new(requestHash, [.. messageIds.Chunk(16).Select(id => new Guid(id, bigEndian: true))]);
}
