using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ScaiSend.Api.Admin;

/// <summary>The secret of an operator: <c>sg_admin_</c> and 32 hexadecimal digits. Only its hash is ever kept, in the settings.</summary>
public sealed partial record OperatorKey(string Text)
{
    /// <summary>A new one, from the system's random numbers.</summary>
    public static OperatorKey New() => new($"sg_admin_{RandomNumberGenerator.GetHexString(32, lowercase: true)}");

    /// <summary>Whether the text has the form of one.</summary>
    public static bool Is(string text) => Form().IsMatch(text);

    /// <summary>SHA-256: the secret has 128 random bits, so there is nothing for salt or stretching to slow down.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>For logs and debuggers, which must not see the secret.</summary>
    public override string ToString() => "sg_admin_…";

    [GeneratedRegex("^sg_admin_[0-9a-f]{32}$")]
    private static partial Regex Form();
}
