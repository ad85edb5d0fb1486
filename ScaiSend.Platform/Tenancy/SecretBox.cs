using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>The key that seals secrets at rest. Section <c>Secrets</c>.</summary>
public sealed class SecretOptions
{
    /// <summary>32 bytes in base64.</summary>
    public string Key { get; set; } = "";

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        var bytes = new byte[64];
        if (!Convert.TryFromBase64String(Key, bytes, out var length) || length != 32)
            yield return "Secrets:Key is not set or no key; allowed is base64 of 32 random bytes, such as `openssl rand -base64 32` prints";
    }
}

/// <summary>Seals secrets with AES-256-GCM: format (1), key id (4), nonce (12), tag (16), ciphertext. The key id lets a later key open what an earlier one sealed.</summary>
public sealed class SecretBox(IOptions<SecretOptions> options)
{
    private const byte Format = 1;
    private const int HeaderLength = 1 + 4 + 12 + 16;
    private readonly byte[] _key = Convert.FromBase64String(options.Value.Key);

    public byte[] Seal(ReadOnlySpan<byte> secret)
    {
        var sealedBytes = new byte[HeaderLength + secret.Length];
        sealedBytes[0] = Format;
        KeyId.CopyTo(sealedBytes, 1);
        var nonce = sealedBytes.AsSpan(5, 12);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, 16);
        aes.Encrypt(nonce, secret, sealedBytes.AsSpan(HeaderLength), sealedBytes.AsSpan(17, 16), sealedBytes.AsSpan(0, 5));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Another key sealed it, or it was changed.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < HeaderLength || sealedBytes[0] != Format)
            throw new CryptographicException("Not a sealed secret");
        if (!sealedBytes.Slice(1, 4).SequenceEqual(KeyId))
            throw new CryptographicException("This secret was sealed with another Secrets:Key");
        var secret = new byte[sealedBytes.Length - HeaderLength];
        using var aes = new AesGcm(_key, 16);
        aes.Decrypt(sealedBytes.Slice(5, 12), sealedBytes[HeaderLength..], sealedBytes.Slice(17, 16), secret, sealedBytes[..5]);
        return secret;
    }

    private byte[] KeyId => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes("key id"))[..4];
}
