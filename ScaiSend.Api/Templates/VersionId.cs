using ScaiSend.Contracts;

namespace ScaiSend.Api.Templates;

/// <summary>A version's public id: <c>v_</c> and 32 hexadecimal digits, or a GUID as SendGrid shows it. Both are taken everywhere.</summary>
public static class VersionId
{
    public const string Prefix = "v_";

    public static bool TryRead(string text, out Guid id) => Ids.TryRead(Prefix, text, out id) || Guid.TryParseExact(text, "D", out id);
}
