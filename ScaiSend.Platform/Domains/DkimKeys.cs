using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace ScaiSend.Platform.Domains;

/// <summary>Makes new private keys, as PKCS#8 bytes for the encrypted store.</summary>
public static class DkimKeys
{
    // RFC 8301 §3.2: at least 1024 bits, should be 2048. Longer ones do not fit one TXT string, and some verifiers.
    private const int RsaBits = 2048;

    public static byte[] Generate(DkimAlgorithm algorithm) =>
        algorithm switch
        {
            DkimAlgorithm.RsaSha256 => GenerateRsa(),
            DkimAlgorithm.Ed25519Sha256 => PrivateKeyInfoFactory
                .CreatePrivateKeyInfo(new Ed25519PrivateKeyParameters(new SecureRandom()))
                .GetEncoded(),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No such algorithm"),
        };

    private static byte[] GenerateRsa()
    {
        using var rsa = RSA.Create(RsaBits);
        return rsa.ExportPkcs8PrivateKey();
    }
}
