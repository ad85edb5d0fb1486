using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>
/// Makes and checks the local parts of return paths: <c>b+</c> and 48 signs that carry an email's id and the proof that we wrote it.
/// The same email always gets the same one.
/// </summary>
public sealed class ReturnPaths(IOptions<SecretOptions> secrets)
{
    // Format and key. A new key gets the next number and stands beside this one until no report about older mail can come.
    private const byte Version = 1;
    private const string Prefix = "b+";
    private const int IdLength = 16;

    // Half a byte of version, the id, and 108 bits of proof: 240 bits are 48 signs of 5 with none left over, so each token is written one way only.
    private const int Length = 30;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Convert.FromBase64String(secrets.Value.Key),
        outputLength: 32,
        info: Encoding.ASCII.GetBytes("scaisend return path 1")
    );

    /// <summary>The length of every local part. RFC 5321 §4.5.3.1.1 allows 64.</summary>
    public static int LocalPartLength => Prefix.Length + Base32.LengthOf(Length);

    public string LocalPartOf(Guid emailId)
    {
        Span<byte> token = stackalloc byte[Length];
        emailId.TryWriteBytes(token[1..], bigEndian: true, out _);
        Prove(token);
        return Prefix + Base32.Write(token);
    }

    /// <summary>False for one that is forged, changed or not ours. Upper and lower case are the same.</summary>
    public bool TryReadLocalPart(string localPart, out Guid emailId)
    {
        emailId = Guid.Empty;
        if (localPart.Length != LocalPartLength || !localPart.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        Span<byte> token = stackalloc byte[Length];
        if (!Base32.TryRead(localPart.AsSpan(Prefix.Length), token))
            return false;
        Span<byte> ours = stackalloc byte[Length];
        token.CopyTo(ours);
        Prove(ours);
        if (!CryptographicOperations.FixedTimeEquals(token, ours))
            return false;
        emailId = new Guid(token.Slice(1, IdLength), bigEndian: true);
        return true;
    }

    // Writes the version and the proof around the id.
    private void Prove(Span<byte> token)
    {
        Span<byte> proof = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, token.Slice(1, IdLength), proof);
        token[0] = (byte)((Version << 4) | (proof[0] & 0x0F));
        proof[1..(Length - IdLength)].CopyTo(token[(1 + IdLength)..]);
    }
}
