using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>
/// Local parts of addresses that only we can have made: a prefix and 48 signs that carry a few bytes and the proof that we wrote them.
/// The same bytes always get the same one.
/// </summary>
/// <param name="version">Of the format: 1 to 15.</param>
/// <param name="purpose">Gives each kind of local part a key of its own.</param>
internal sealed class ProvenLocalPart(string prefix, byte version, string purpose, IOptions<SecretOptions> secrets)
{
    // Half a byte of version, what is said, and the proof: 240 bits are 48 signs of 5 with none left over, so each token is written one way only.
    private const int TokenLength = 30;

    private readonly IReadOnlyList<byte[]> _keys = DerivedKeys.For(secrets, purpose);

    private int Length => prefix.Length + Base32.LengthOf(TokenLength);

    public string Of(ReadOnlySpan<byte> said)
    {
        Span<byte> token = stackalloc byte[TokenLength];
        said.CopyTo(token[1..]);
        Prove(_keys[0], token, said.Length);
        return prefix + Base32.Write(token);
    }

    /// <summary>False for one that is forged, changed or not ours. Upper and lower case are the same.</summary>
    public bool TryRead(string localPart, Span<byte> said)
    {
        if (localPart.Length != Length || !localPart.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        Span<byte> token = stackalloc byte[TokenLength];
        if (!Base32.TryRead(localPart.AsSpan(prefix.Length), token))
            return false;
        Span<byte> ours = stackalloc byte[TokenLength];
        foreach (var key in _keys)
        {
            token.CopyTo(ours);
            Prove(key, ours, said.Length);
            if (!CryptographicOperations.FixedTimeEquals(token, ours))
                continue;
            token.Slice(1, said.Length).CopyTo(said);
            return true;
        }
        return false;
    }

    // Writes the version and the proof around what is said.
    private void Prove(byte[] key, Span<byte> token, int said)
    {
        Span<byte> proof = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, token.Slice(1, said), proof);
        token[0] = (byte)((version << 4) | (proof[0] & 0x0F));
        proof[1..(TokenLength - said)].CopyTo(token[(1 + said)..]);
    }
}
