using System.Text.RegularExpressions;
using MimeKit;
using ScaiSend.Contracts.Tracking;
using ScaiSend.IntegrationTests.Rules.Rendering;
using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

/// <summary>Renders a body with tracking, and reads what came of it, without the line end that every mail ends with.</summary>
internal static partial class Tracked
{
    public static readonly TrackingSettings Clicks = new() { CountsClicks = true };
    public static readonly TrackingSettings ClicksInText = new() { CountsClicks = true, CountsClicksInText = true };
    public static readonly TrackingSettings Opens = new() { CountsOpens = true };
    public static readonly TrackingSettings Unsubscribe = new() { OffersUnsubscribe = true };

    public static async Task<string> HtmlAsync(string html, TrackingSettings settings, int? group = null) =>
        (await ParsedAsync(settings, group, ("text/html", html))).HtmlBody!.ReplaceLineEndings("\n").TrimEnd('\n');

    public static async Task<string> TextAsync(string text, TrackingSettings settings, int? group = null) =>
        (await ParsedAsync(settings, group, ("text/plain", text))).TextBody!.ReplaceLineEndings("\n").TrimEnd('\n');

    public static Task<MimeMessage> ParsedAsync(TrackingSettings settings, int? group, params (string Type, string Value)[] parts) =>
        (Mails.Plain.WithContent(parts) with { Tracking = settings, GroupId = group }).ParsedAsync();

    /// <summary>The text with each link of ours as <c>[the number: where it leads]</c>, after its token was checked.</summary>
    public static string ReadLinks(string body, bool isInText = false) =>
        ClickLink()
            .Replace(
                body,
                link =>
                {
                    var url = Uri.UnescapeDataString(link.Groups["url"].Value);
                    Assert.True(Mails.Tokens.TryReadClick(link.Groups["token"].Value, url, out var read), link.Value);
                    Assert.Equal(Mails.Plain.EmailId, read!.EmailId);
                    Assert.Equal(isInText, read.IsInText);
                    return $"[{read.Index}: {url}]";
                }
            );

    /// <summary>The text with each unsubscribe link as <c>[unsubscribe of the group]</c> or <c>[unsubscribe]</c>.</summary>
    public static string ReadUnsubscribe(string body) =>
        UnsubscribeLink()
            .Replace(
                body,
                link =>
                {
                    Assert.True(Mails.Tokens.TryReadUnsubscribe(link.Groups["token"].Value, out var offer), link.Value);
                    Assert.Equal(
                        new UnsubscribeOffer(Mails.Plain.EmailId, Mails.Plain.TenantId, Mails.Plain.Recipient, offer!.GroupId),
                        offer
                    );
                    return offer.GroupId is { } group ? $"[unsubscribe {group}]" : "[unsubscribe]";
                }
            );

    /// <summary>The text without its only pixel, and where that was.</summary>
    public static (string Html, int At) WithoutPixel(string html)
    {
        var pixel = Assert.Single(Pixel().Matches(html));
        Assert.True(Mails.Tokens.TryReadOpen(pixel.Groups["token"].Value, out var emailId));
        Assert.Equal(Mails.Plain.EmailId, emailId);
        return (html.Remove(pixel.Index, pixel.Length), pixel.Index);
    }

    [GeneratedRegex("https://mail\\.example\\.net/t/c/(?<token>[A-Za-z0-9_-]+)\\?u=(?<url>[A-Za-z0-9._~%-]*[A-Za-z0-9_~%-])")]
    public static partial Regex ClickLink();

    [GeneratedRegex("https://mail\\.example\\.net/t/u/(?<token>[A-Za-z0-9_-]+)")]
    private static partial Regex UnsubscribeLink();

    [GeneratedRegex(
        "<img src=\"https://mail\\.example\\.net/t/o/(?<token>[A-Za-z0-9_-]+)\\.gif\" alt=\"\" width=\"1\" height=\"1\" border=\"0\" style=\"[^\"]*\">"
    )]
    private static partial Regex Pixel();
}
