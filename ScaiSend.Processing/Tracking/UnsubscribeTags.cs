using System.Net;

namespace ScaiSend.Processing.Tracking;

/// <summary>
/// Puts unsubscribe links where a body or a footer wants them: SendGrid's <c>&lt;%asm_…%&gt;</c> tags always, <c>&lt;% %&gt;</c> and the sender's own tag
/// where the mail offers to unsubscribe.
/// </summary>
internal sealed class UnsubscribeTags(MailLinks links, bool isHtml)
{
    private const int LongestTag = 200;

    /// <summary>Replaces the tags of a body; answers whether one of them is the link that a footer would have brought.</summary>
    /// <param name="ownTag">Null: only SendGrid's tags count.</param>
    public bool Replace(string body, string? ownTag, Edits edits)
    {
        var isOffered = false;
        foreach (var (at, length, words) in Find(body))
            if (OfGroups(words) is { } link)
                edits.Replace(at, length, link);
            else if (ownTag is not null && (words.Length == 0 || IsClickHere(words)))
            {
                edits.Replace(at, length, Link(links.Unsubscribe, words));
                isOffered = true;
            }
        return ReplaceOwnTag(body, ownTag, edits) || isOffered;
    }

    /// <summary>
    /// A footer with its links; any words between <c>&lt;%</c> and <c>%&gt;</c> are a link's. One that says nowhere where the link goes is followed by ours:
    /// no mail that offers to unsubscribe goes out without a way to do so.
    /// </summary>
    public string Fill(string? footer, string? ownTag, string ours)
    {
        if (string.IsNullOrEmpty(footer))
            return Fill(ours, ownTag: null, ours);
        var edits = new Edits();
        var isOffered = false;
        foreach (var (at, length, words) in Find(footer))
        {
            edits.Replace(at, length, OfGroups(words) ?? Link(links.Unsubscribe, words));
            isOffered = true;
        }
        isOffered = ReplaceOwnTag(footer, ownTag, edits) || isOffered;
        var filled = edits.ApplyTo(footer);
        return isOffered ? filled : filled + (isHtml || filled.EndsWith('\n') ? "" : "\n") + Fill(ours, ownTag: null, ours);
    }

    private bool ReplaceOwnTag(string body, string? ownTag, Edits edits)
    {
        // One that looks like SendGrid's has been replaced already.
        if (string.IsNullOrEmpty(ownTag) || ownTag.Contains("<%", StringComparison.Ordinal))
            return false;
        var isThere = false;
        for (
            var at = body.IndexOf(ownTag, StringComparison.Ordinal);
            at >= 0;
            at = body.IndexOf(ownTag, at + ownTag.Length, StringComparison.Ordinal)
        )
        {
            edits.Replace(at, ownTag.Length, Address(links.Unsubscribe));
            isThere = true;
        }
        return isThere;
    }

    private static IEnumerable<(int At, int Length, string Words)> Find(string text)
    {
        for (var at = text.IndexOf("<%", StringComparison.Ordinal); at >= 0; at = text.IndexOf("<%", at, StringComparison.Ordinal))
        {
            var window = text.AsSpan(at + 2, Math.Min(LongestTag, text.Length - at - 2));
            if (window.IndexOf("%>") is var size and >= 0)
            {
                yield return (at, size + 4, window[..size].Trim().ToString());
                at += size + 4;
            }
            else
                at += 2;
        }
    }

    private string? OfGroups(string words) =>
        words switch
        {
            "asm_group_unsubscribe_raw_url" or "asm_preferences_raw_url" => Address(links.Unsubscribe),
            "asm_global_unsubscribe_raw_url" => Address(links.UnsubscribeFromAll),
            "asm_group_unsubscribe_url" => Named(links.Unsubscribe, "Unsubscribe"),
            "asm_preferences_url" => Named(links.Unsubscribe, "Manage Preferences"),
            "asm_global_unsubscribe_url" => Named(links.UnsubscribeFromAll, "Unsubscribe From All"),
            _ => null,
        };

    // What SendGrid's own footer says.
    private static bool IsClickHere(string words) =>
        words.Replace(" ", "", StringComparison.Ordinal).Equals("clickhere", StringComparison.OrdinalIgnoreCase);

    private string Link(string url, string words) =>
        words.Length == 0 ? Address(url) : Named(url, words.Equals("clickhere", StringComparison.OrdinalIgnoreCase) ? "click here" : words);

    private string Address(string url) => isHtml ? WebUtility.HtmlEncode(url) : url;

    private string Named(string url, string words) => isHtml ? $"<a href=\"{Address(url)}\">{words}</a>" : $"{words}: {url}";
}
