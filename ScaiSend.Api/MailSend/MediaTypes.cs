using System.Text;
using Microsoft.Net.Http.Headers;

namespace ScaiSend.Api.MailSend;

/// <summary>Decides what may be named as the type of a body.</summary>
internal static class MediaTypes
{
    private const int Max = 255;

    /// <summary>RFC 2045 §5.1 syntax, and neither composite (RFC 2046 §5) nor a wildcard.</summary>
    public static bool CanBeBody(string type) =>
        type.Length <= Max
        && Ascii.IsValid(type)
        && MediaTypeHeaderValue.TryParse(type, out var parsed)
        && !parsed.MatchesAllTypes
        && !parsed.MatchesAllSubTypes
        && !parsed.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase)
        && !parsed.Type.Equals("message", StringComparison.OrdinalIgnoreCase);
}
