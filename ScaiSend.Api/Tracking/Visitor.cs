using Microsoft.AspNetCore.Http;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Tracking;

/// <summary>Who made a request to one of the addresses in a mail.</summary>
internal static class Visitor
{
    private const int MaxUserAgent = 512;

    public static Visit Of(HttpContext http, TrustedProxies proxies, TimeProvider time)
    {
        var headers = http.Request.Headers;
        var agent = headers.UserAgent.ToString() is { Length: > 0 } text ? Cut(text, MaxUserAgent) : null;
        var purpose = $"{headers["Purpose"]} {headers["Sec-Purpose"]} {headers["X-Purpose"]} {headers["X-Moz"]}";
        return new Visit(
            time.GetUtcNow(),
            agent,
            proxies.Visitor(http.Connection.RemoteIpAddress, headers["X-Forwarded-For"])?.ToString(),
            MachineVisit.Reason(http.Request.Method, agent, purpose)
        );
    }

    /// <summary>At most so many characters; half of a surrogate pair would be no text.</summary>
    public static string Cut(string text, int max) =>
        text.Length <= max ? text : text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)];
}
