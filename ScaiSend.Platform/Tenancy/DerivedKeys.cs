using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Tenancy;

/// <summary>Keys for one purpose, made of the ring's: what is new takes the first, what older mail carries may need one of the others.</summary>
public static class DerivedKeys
{
    /// <summary>RFC 5869, one for each key of the ring and in its order.</summary>
    public static IReadOnlyList<byte[]> For(IOptions<SecretOptions> secrets, string purpose) =>
        [
            .. secrets
                .Value.Ring()
                .Select(key => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 32, info: Encoding.ASCII.GetBytes(purpose))),
        ];
}
