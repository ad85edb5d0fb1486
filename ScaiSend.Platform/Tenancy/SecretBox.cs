using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>
/// Seals secrets with AES-256-GCM: format (1), key id (4), nonce (12), tag (16), ciphertext. The first key of the ring seals; the key id tells which one opens.
/// </summary>
public sealed class SecretBox
{
    private const byte Format = 1;
    private const int KeyIdLength = 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int NonceAt = 1 + KeyIdLength;
    private const int TagAt = NonceAt + NonceLength;
    private const int HeaderLength = TagAt + TagLength;

    private readonly IReadOnlyList<(string Id, byte[] Key)> _ring;

    public SecretBox(IOptions<SecretOptions> options)
        : this(options.Value.Ring()) { }

    private SecretBox(IEnumerable<byte[]> ring) => _ring = [.. ring.Select(key => (IdOf(key), key))];

    /// <summary>A box for one purpose: what is sealed for another does not open in it, nor the other way round.</summary>
    public static SecretBox For(IOptions<SecretOptions> options, string purpose) => new(DerivedKeys.For(options, purpose));

    /// <summary>The id of the key that seals, in hexadecimal.</summary>
    public string CurrentKeyId => _ring[0].Id;

    public byte[] Seal(ReadOnlySpan<byte> secret)
    {
        var sealedBytes = new byte[HeaderLength + secret.Length];
        sealedBytes[0] = Format;
        Convert.FromHexString(CurrentKeyId).CopyTo(sealedBytes, 1);
        var nonce = sealedBytes.AsSpan(NonceAt, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_ring[0].Key, TagLength);
        aes.Encrypt(nonce, secret, sealedBytes.AsSpan(HeaderLength), sealedBytes.AsSpan(TagAt, TagLength), sealedBytes.AsSpan(0, NonceAt));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">No key of the ring sealed it, or it was changed.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes)
    {
        var id = KeyIdOf(sealedBytes) ?? throw new CryptographicException("Not a sealed secret");
        var key =
            _ring.FirstOrDefault(known => known.Id == id).Key
            ?? throw new CryptographicException(
                $"This secret was sealed with the key {id}, which is none of Secrets:Key and Secrets:OldKeys"
            );
        var secret = new byte[sealedBytes.Length - HeaderLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(
            sealedBytes.Slice(NonceAt, NonceLength),
            sealedBytes[HeaderLength..],
            sealedBytes.Slice(TagAt, TagLength),
            secret,
            sealedBytes[..NonceAt]
        );
        return secret;
    }

    /// <summary>The id of the key that sealed it; null when it is no sealed secret.</summary>
    public static string? KeyIdOf(ReadOnlySpan<byte> sealedBytes) =>
        sealedBytes.Length >= HeaderLength && sealedBytes[0] == Format ? Convert.ToHexStringLower(sealedBytes.Slice(1, KeyIdLength)) : null;

    private static string IdOf(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, "key id"u8)[..KeyIdLength]);
}
