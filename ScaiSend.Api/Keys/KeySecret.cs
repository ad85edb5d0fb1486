using System.Security.Cryptography;
using System.Text;

namespace ScaiSend.Api.Keys;

/// <summary>The secret of an API key: <c>sg_live_</c> or <c>sg_test_</c> and 32 hexadecimal digits. Only its hash and its beginning are ever stored.</summary>
public sealed record KeySecret(string Text)
{
    /// <summary>Characters that are shown later, enough to recognise a key.</summary>
    private const int PrefixLength = 16;

    /// <summary>What is shown of it.</summary>
    public string Prefix => Text[..PrefixLength];

    /// <summary>SHA-256: the secret has 128 random bits, so there is nothing for salt or stretching to slow down.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>A new one, from the system's random numbers.</summary>
    public static KeySecret New(bool isTest) =>
        new($"sg_{(isTest ? "test" : "live")}_{RandomNumberGenerator.GetHexString(32, lowercase: true)}");

    /// <summary>For logs and debuggers, which must not see the secret.</summary>
    public override string ToString() => Prefix;
}
