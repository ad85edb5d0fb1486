namespace ScaiSend.Platform.Templates;

/// <summary>Puts the preheader, the line that inboxes show behind the subject, into an HTML body where a reader does not see it.</summary>
public static class Preheader
{
    private const string Open =
        "<div style=\"display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;\">";

    /// <summary>The body with the preheader behind its <c>&lt;body&gt;</c> tag, or at its beginning when it has none.</summary>
    public static string Insert(string html, string preheader)
    {
        if (html.Length == 0 || preheader.Length == 0)
            return html;
        return html.Insert(StartOfBody(html), $"{Open}{preheader}</div>");
    }

    private static int StartOfBody(string html)
    {
        for (var i = 0; html.IndexOf("<body", i, StringComparison.OrdinalIgnoreCase) is var tag and >= 0; i = tag + 1)
        {
            var end = tag + "<body".Length;
            if (end < html.Length && (html[end] == '>' || char.IsWhiteSpace(html[end])) && EndOfTag(html, end) is { } start)
                return start;
        }
        return 0;
    }

    private static int? EndOfTag(string html, int from)
    {
        var quote = '\0';
        for (var i = from; i < html.Length; i++)
        {
            if (quote != '\0')
                quote = html[i] == quote ? '\0' : quote;
            else if (html[i] is '"' or '\'')
                quote = html[i];
            else if (html[i] == '>')
                return i + 1;
        }
        return null;
    }
}
