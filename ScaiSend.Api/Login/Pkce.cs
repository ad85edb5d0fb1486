using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ScaiSend.Api.Login;

/// <summary>Proof Key for Code Exchange (RFC 7636): a code is worth nothing to one who has not begun the login. The method is S256.</summary>
public static class Pkce
{
    public const string Method = "S256";

    // RFC 7636 §4.1 recommends 32 octets.
    private const int VerifierBytes = 32;

    public static string NewVerifier() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(VerifierBytes));

    /// <summary>RFC 7636 §4.2.</summary>
    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
