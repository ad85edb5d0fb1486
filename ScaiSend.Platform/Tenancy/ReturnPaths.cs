using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>
/// Makes and checks the local parts of return paths: <c>b+</c> and 48 signs that carry an email's id and 108 bits of proof that we wrote it.
/// The same email always gets the same one.
/// </summary>
public sealed class ReturnPaths(IOptions<SecretOptions> secrets)
{
    private const int IdLength = 16;
    private readonly ProvenLocalPart _localPart = new("b+", 1, "scaisend return path 1", secrets);

    /// <summary>The length of every local part. RFC 5321 §4.5.3.1.1 allows 64.</summary>
    public const int LocalPartLength = 50;

    public string LocalPartOf(Guid emailId)
    {
        Span<byte> id = stackalloc byte[IdLength];
        emailId.TryWriteBytes(id, bigEndian: true, out _);
        return _localPart.Of(id);
    }

    /// <summary>False for one that is forged, changed or not ours. Upper and lower case are the same.</summary>
    public bool TryReadLocalPart(string localPart, out Guid emailId)
    {
        Span<byte> id = stackalloc byte[IdLength];
        var isOurs = _localPart.TryRead(localPart, id);
        emailId = isOurs ? new Guid(id, bigEndian: true) : Guid.Empty;
        return isOurs;
    }
}
