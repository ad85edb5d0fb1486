using System.Net;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Tracking;
using ScaiSend.Processing.Rendering;

namespace ScaiSend.Processing.Tracking;

/// <summary>
/// Changes the bodies of one recipient's mail as its tracking settings say: links, the pixel, ways to unsubscribe, and the tenant's images. Everything else in
/// a body stays as it is, byte for byte, and so do bodies that are neither HTML nor plain text.
/// </summary>
public sealed class MailTracking(OwnLinks own, HtmlScans scans, EmbeddedImages images)
{
    /// <summary>The tag that SendGrid's settings begin with.</summary>
    public const string DefaultUnsubscribeTag = "[unsubscribe]";

    private const string DefaultText = "To stop receiving these emails, unsubscribe here: <% %>";
    private const string DefaultHtml = "<p>To stop receiving these emails, <% unsubscribe here %>.</p>";

    private const int LongestFieldUrl = 880;

    internal async Task<TrackedBodies> ApplyAsync(EmailToRender email, IReadOnlyList<TextEntity> texts, CancellationToken cancellationToken)
    {
        var links = own.In(email);
        var changed = new List<TextEntity>(texts.Count);
        var embedded = new List<FileEntity>();
        foreach (var text in texts)
        {
            if (text.IsHtml)
            {
                var files = await ImagesAsync(email, text.Text, cancellationToken);
                embedded.AddRange(files.Values.Where(file => !embedded.Contains(file)));
                changed.Add(text with { Text = Html(email.Tracking, text.Text, links, files) });
            }
            else
                changed.Add(text.IsPlain ? text with { Text = Plain(email.Tracking, text.Text, links) } : text);
        }
        return new TrackedBodies(changed, embedded);
    }

    /// <summary>The first link of the HTML as the sender wrote it; null when there is none.</summary>
    internal string? FirstLink(IReadOnlyList<TextEntity> texts) =>
        texts.Where(text => text.IsHtml).SelectMany(text => scans.Of(text.Text).Links).FirstOrDefault().Url;

    /// <summary>The header fields by which a mail program unsubscribes (RFC 2369 §3.2). None when the caller has such a field.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> UnsubscribeFields(
        EmailToRender email,
        IReadOnlyList<KeyValuePair<string, string>> headers
    )
    {
        const string name = "List-Unsubscribe";
        if (!OffersUnsubscribe(email) || headers.Any(header => header.Key.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            return [];
        var url = own.In(email).Unsubscribe;
        // A word that cannot be folded away would be encoded, and then it is no link.
        if (url.Length > LongestFieldUrl)
            return [];
        // RFC 8058 §3.1: the link alone cannot say that a POST to it needs no page.
        return
        [
            KeyValuePair.Create(name, $"<{url}>, <{own.UnsubscribeMailbox(email)}>"),
            KeyValuePair.Create($"{name}-Post", "List-Unsubscribe=One-Click"),
        ];
    }

    private static bool OffersUnsubscribe(EmailToRender email) => email.Tracking.OffersUnsubscribe || email.GroupId is not null;

    private async Task<IReadOnlyDictionary<Guid, FileEntity>> ImagesAsync(
        EmailToRender email,
        string html,
        CancellationToken cancellationToken
    ) =>
        email.Tracking.EmbedsImages && ShowsImages(html)
            ? await images.ReadAsync(email.TenantId, [.. scans.Of(html).Images.Where(i => i.IsWhole).Select(i => i.Id)], cancellationToken)
            : EmbeddedImages.None;

    private string Html(TrackingSettings settings, string html, MailLinks links, IReadOnlyDictionary<Guid, FileEntity> embedded)
    {
        var edits = new Edits();
        var tags = new UnsubscribeTags(links, isHtml: true);
        var isOffered = tags.Replace(html, TagOf(settings), edits);
        if (settings.CountsClicks || settings.AddsAnalytics)
            ChangeLinks(settings, html, scans.Of(html).Links, links, isInText: false, edits);
        if (ShowsImages(html))
            foreach (var image in scans.Of(html).Images)
                edits.Replace(image.Start, image.Length, SourceOf(image, links, embedded));
        if (settings.OffersUnsubscribe && !isOffered)
            edits.Insert(scans.Of(html).BodyEnd, tags.Fill(settings.UnsubscribeHtml, TagOf(settings), DefaultHtml));
        if (settings.CountsOpens)
            AddPixel(settings, html, links, edits);
        return edits.ApplyTo(html);
    }

    private string Plain(TrackingSettings settings, string text, MailLinks links)
    {
        var edits = new Edits();
        var tags = new UnsubscribeTags(links, isHtml: false);
        var isOffered = tags.Replace(text, TagOf(settings), edits);
        if (settings.CountsClicks && settings.CountsClicksInText || settings.AddsAnalytics)
            ChangeLinks(settings, text, TextLinks.Find(text, own.Base), links, isInText: true, edits);
        if (settings.OffersUnsubscribe && !isOffered)
            edits.Insert(
                text.Length,
                (text.EndsWith('\n') ? "" : "\n") + tags.Fill(settings.UnsubscribeText, TagOf(settings), DefaultText)
            );
        return edits.ApplyTo(text);
    }

    private static void ChangeLinks(
        TrackingSettings settings,
        string body,
        IReadOnlyList<FoundLink> found,
        MailLinks links,
        bool isInText,
        Edits edits
    )
    {
        var (index, isCounted) = (0, settings.CountsClicks && (!isInText || settings.CountsClicksInText));
        foreach (var link in found)
        {
            var raw = body.Substring(link.Start, link.Length);
            // Its parts are the sender's tags, which have been replaced.
            if (TagsOf(settings).Any(tag => raw.Contains(tag, StringComparison.Ordinal)))
                continue;
            var url = settings.AddsAnalytics ? AnalyticsLinks.Add(link.Url, settings.Analytics) : link.Url;
            if (isCounted && links.Click(isInText, index, url) is { } click)
            {
                edits.Replace(link.Start, link.Length, isInText ? click : WebUtility.HtmlEncode(click));
                index++;
            }
            else if (settings.AddsAnalytics)
                edits.Replace(link.Start, link.Length, isInText ? url : AnalyticsLinks.AddInHtml(raw, link.Url, settings.Analytics));
        }
    }

    private static string SourceOf(FoundImage image, MailLinks links, IReadOnlyDictionary<Guid, FileEntity> embedded) =>
        image.IsWhole && embedded.TryGetValue(image.Id, out var file)
            ? $"cid:{file.Attachment.ContentId}"
            : WebUtility.HtmlEncode(links.Of(image));

    private void AddPixel(TrackingSettings settings, string html, MailLinks links, Edits edits)
    {
        if (settings.OpenTag is { Length: > 0 } tag && html.IndexOf(tag, StringComparison.Ordinal) is var at and >= 0)
            edits.Replace(at, tag.Length, links.Pixel);
        else
            edits.Insert(scans.Of(html).BodyEnd, links.Pixel);
    }

    // Most bodies show no image of ours, and then nothing has to be looked through for them.
    private static bool ShowsImages(string html) => html.Contains(Contracts.Ids.Image, StringComparison.Ordinal);

    private static string? TagOf(TrackingSettings settings) =>
        settings.OffersUnsubscribe
            ? settings.UnsubscribeTag is { Length: > 0 } tag
                ? tag
                : DefaultUnsubscribeTag
            : null;

    private static IEnumerable<string> TagsOf(TrackingSettings settings)
    {
        if (TagOf(settings) is { } tag)
            yield return tag;
        if (settings.CountsOpens && settings.OpenTag is { Length: > 0 } open)
            yield return open;
    }
}

/// <summary>The changed bodies, and the images that they show.</summary>
internal sealed record TrackedBodies(IReadOnlyList<TextEntity> Texts, IReadOnlyList<FileEntity> Images);
