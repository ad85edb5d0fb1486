using System.Buffers.Binary;
using System.Text.Json;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Blobs;

/// <summary>A mail with its envelope in the blob store: length of the envelope (4 bytes, big-endian), the envelope as JSON, the mail's bytes.</summary>
public static class SpooledMail
{
    /// <summary>Bigger than any mail we make (20 MB request) and a bound for reading.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The key of an email's spool entry.</summary>
    public static string KeyOf(Guid emailId) => $"mail/{emailId:N}";

    public static async Task PutMailAsync(this IBlobStore blobs, string key, RenderedMail mail, CancellationToken cancellationToken)
    {
        var envelope = JsonSerializer.SerializeToUtf8Bytes(mail with { Bytes = default });
        var bytes = new byte[4 + envelope.Length + mail.Bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, envelope.Length);
        envelope.CopyTo(bytes, 4);
        mail.Bytes.CopyTo(bytes.AsMemory(4 + envelope.Length));
        using var stream = new MemoryStream(bytes);
        await blobs.PutAsync(key, stream, cancellationToken);
    }

    /// <summary>The mail, or null when there is none under this key.</summary>
    public static async Task<RenderedMail?> GetMailAsync(this IBlobStore blobs, string key, CancellationToken cancellationToken)
    {
        await using var stream = await blobs.OpenAsync(key, cancellationToken);
        if (stream is null)
            return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellationToken);
        if (copy.Length is < 4 or > MaxLength)
            throw new InvalidDataException($"The spooled mail {key} has an impossible length");
        var bytes = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
        var mail =
            JsonSerializer.Deserialize<RenderedMail>(bytes.Span.Slice(4, length))
            ?? throw new InvalidDataException($"The spooled mail {key} has no envelope");
        return mail with { Bytes = bytes[(4 + length)..] };
    }
}
