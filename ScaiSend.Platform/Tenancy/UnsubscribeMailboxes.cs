using System.Buffers.Binary;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>
/// Makes and checks the local parts that a mail program writes to when its user unsubscribes: <c>u+</c> and 48 signs that carry an email's id, its
/// unsubscribe group and 76 bits of proof. The same email always gets the same one.
/// </summary>
public sealed class UnsubscribeMailboxes(IOptions<SecretOptions> secrets)
{
    private const int IdLength = 16;
    private readonly ProvenLocalPart _localPart = new("u+", 1, "scaisend unsubscribe mailbox 1", secrets);

    /// <param name="groupId">Null: all mail of the sender.</param>
    public string LocalPartOf(Guid emailId, int? groupId)
    {
        Span<byte> said = stackalloc byte[IdLength + sizeof(int)];
        emailId.TryWriteBytes(said, bigEndian: true, out _);
        // Groups count from 1.
        BinaryPrimitives.WriteInt32BigEndian(said[IdLength..], groupId ?? 0);
        return _localPart.Of(said);
    }

    /// <summary>False for one that is forged, changed or not ours. Upper and lower case are the same.</summary>
    public bool TryReadLocalPart(string localPart, out Guid emailId, out int? groupId)
    {
        Span<byte> said = stackalloc byte[IdLength + sizeof(int)];
        var isOurs = _localPart.TryRead(localPart, said);
        emailId = isOurs ? new Guid(said[..IdLength], bigEndian: true) : Guid.Empty;
        groupId = isOurs && BinaryPrimitives.ReadInt32BigEndian(said[IdLength..]) is not 0 and var group ? group : null;
        return isOurs;
    }
}
