using System.Net;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// Which URLs may be posted to. What only shows when the name is looked up (a name of a private address) is the business of the client that posts;
/// what can be seen in the URL is refused at once.
/// </summary>
public static class WebhookUrl
{
    /// <summary>Longest URL.</summary>
    public const int MaxLength = 2048;

    /// <summary>What is wrong with the URL; null when nothing is.</summary>
    /// <param name="allowPrivate">Plain http and private addresses will do, as on a developer's machine.</param>
    public static string? Wrong(string text, bool allowPrivate)
    {
        if (text.Length > MaxLength)
            return $"must have at most {MaxLength} characters";
        if (text.Any(c => c <= ' ' || char.IsControl(c)) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return "must be an absolute URL, such as https://example.com/events";
        if (url.Scheme != Uri.UriSchemeHttps && !(allowPrivate && url.Scheme == Uri.UriSchemeHttp))
            return allowPrivate ? "must begin with https:// or http://" : "must begin with https://";
        if (url.UserInfo.Length > 0)
            return "must not contain a user name or a password";
        return Refusal(url, allowPrivate) is { } refusal ? $"must not name {refusal}" : null;
    }

    private static string? Refusal(Uri url, bool allowPrivate)
    {
        if (IPAddress.TryParse(url.DnsSafeHost, out var address))
            return CallableAddress.Refusal(address, allowPrivate);
        var name = url.IdnHost.TrimEnd('.');
        var isLocal =
            name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return isLocal ? CallableAddress.Refusal(IPAddress.Loopback, allowPrivate) : null;
    }
}
