using System.Net;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Tracking;

namespace ScaiSend.Processing.Tracking;

/// <summary>A link that may be changed: what stands in the HTML, without blanks around it, and what it means.</summary>
internal readonly record struct FoundLink(int Start, int Length, string Url);

/// <summary>A shown image of a tenant.</summary>
/// <param name="Rest">The path and query that the image is reached by, such as <c>/i/img_…?variant=thumbnail</c>.</param>
internal readonly record struct FoundImage(int Start, int Length, Guid Id, string Rest)
{
    /// <summary>The image itself, and not its thumbnail.</summary>
    public bool IsWhole => !Rest.Contains('?', StringComparison.Ordinal);
}

/// <summary>Where an HTML body has what tracking changes; the same for every recipient of the same body.</summary>
/// <param name="BodyEnd">Where something is put that is to be last: before the last end tag of the body, else of the document, else at the end.</param>
internal sealed record HtmlScan(IReadOnlyList<FoundLink> Links, IReadOnlyList<FoundImage> Images, int BodyEnd)
{
    /// <summary>Longer links are left alone: the fact of a click does not hold them.</summary>
    public const int LongestUrl = 2048;

    /// <param name="publicUrl">The beginning of our own URLs; those below its <c>/t/</c> are left alone.</param>
    public static HtmlScan Of(string html, string publicUrl)
    {
        var (links, images) = (new List<FoundLink>(), new List<FoundImage>());
        var (bodyEnd, documentEnd, templates) = (-1, -1, 0);
        var tags = new HtmlTags(html);
        while (tags.Next())
        {
            if (tags.Is("template"))
                templates = Math.Max(0, templates + (tags.IsEnd ? -1 : 1));
            else if (templates > 0)
                continue;
            else if (tags.IsEnd)
            {
                bodyEnd = tags.Is("body") ? tags.Start : bodyEnd;
                documentEnd = tags.Is("html") ? tags.Start : documentEnd;
            }
            else if (tags.Is("a") || tags.Is("area"))
            {
                if (!tags.IsUntracked && ReadLink(html, tags.Href, publicUrl) is { } link)
                    links.Add(link);
            }
            else if (tags.Is("img") && ReadImage(html, tags.Src, publicUrl) is { } image)
                images.Add(image);
        }
        return new HtmlScan(
            links,
            images,
            (bodyEnd, documentEnd) switch
            {
                (>= 0, _) => bodyEnd,
                (_, >= 0) => documentEnd,
                _ => tags.OpenAt ?? html.Length,
            }
        );
    }

    /// <summary>Whether a link leads to the web, and not to a page of ours that counts or unsubscribes.</summary>
    public static bool IsTrackable(string url, string publicUrl) =>
        url.Length <= LongestUrl
        && (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && !(url.StartsWith(publicUrl, StringComparison.OrdinalIgnoreCase) && url.AsSpan(publicUrl.Length).StartsWith("/t/"))
        && !url.AsSpan().ContainsAnyInRange('\0', '\x1f')
        && Uri.TryCreate(url, UriKind.Absolute, out _);

    private static FoundLink? ReadLink(string html, Range value, string publicUrl)
    {
        var (start, raw) = Trimmed(html, value);
        // Who means one of these in a link writes it as an entity; as they are, they come of a quote that was forgotten.
        if (!raw.StartsWith("http", StringComparison.OrdinalIgnoreCase) || raw.AsSpan().ContainsAny('<', '>', '"'))
            return null;
        var url = raw.ToString();
        if (url.Contains('&', StringComparison.Ordinal))
            url = WebUtility.HtmlDecode(url);
        // URL Living Standard §4.4: tabs and line ends in a URL are not there.
        if (url.AsSpan().ContainsAny('\t', '\r', '\n'))
            url = string.Concat(url.Where(sign => sign is not ('\t' or '\r' or '\n')));
        return IsTrackable(url, publicUrl) ? new FoundLink(start, raw.Length, url) : null;
    }

    private static FoundImage? ReadImage(string html, Range value, string publicUrl)
    {
        var (start, raw) = Trimmed(html, value);
        var path = raw.StartsWith(publicUrl, StringComparison.OrdinalIgnoreCase) ? raw[publicUrl.Length..] : raw;
        var id = path.StartsWith(TrackingPaths.Image, StringComparison.Ordinal) ? path[TrackingPaths.Image.Length..] : path;
        // What stands behind our name is ours only as a path.
        if (raw.Length != path.Length && path.Length == id.Length || !id.StartsWith(Ids.Image, StringComparison.Ordinal))
            return null;
        var end = id.IndexOf('?');
        var name = end < 0 ? id : id[..end];
        return Ids.TryRead(Ids.Image, name.ToString(), out var imageId)
            ? new FoundImage(start, raw.Length, imageId, $"{TrackingPaths.Image}{id}")
            : null;
    }

    private static (int Start, string Raw) Trimmed(string html, Range value)
    {
        var (start, end) = (value.Start.Value, value.End.Value);
        while (start < end && html[start] is ' ' or '\t' or '\n' or '\f' or '\r')
            start++;
        while (end > start && html[end - 1] is ' ' or '\t' or '\n' or '\f' or '\r')
            end--;
        return (start, html[start..end]);
    }
}
