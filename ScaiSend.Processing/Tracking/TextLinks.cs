using System.Buffers;

namespace ScaiSend.Processing.Tracking;

/// <summary>Finds the links of a plain text: from <c>http://</c> or <c>https://</c> to a blank or a bracket, without the punctuation of the sentence.</summary>
internal static class TextLinks
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\f\v\0<>\"\u00a0\u2028\u2029");

    // Behind a link that is not too long.
    private const int MostPunctuation = 64;
    private const string Punctuation = ".,;:!?'’”»…)]}*_";

    public static IReadOnlyList<FoundLink> Find(string text, string publicUrl)
    {
        var links = new List<FoundLink>();
        for (var from = 0; text.IndexOf("://", from, StringComparison.Ordinal) is var at and >= 0; )
        {
            var start = BeginningOf(text, at, from);
            from = at + 3;
            if (start < 0)
                continue;
            var length = text.AsSpan(from).IndexOfAny(Ends);
            from = length < 0 ? text.Length : from + length;
            if (from - start > HtmlScan.LongestUrl + MostPunctuation)
                continue;
            var url = WithoutPunctuation(text.AsSpan(start, from - start));
            if (url.Length > at + 3 - start && HtmlScan.IsTrackable(url, publicUrl))
                links.Add(new FoundLink(start, url.Length, url));
        }
        return links;
    }

    private static int BeginningOf(string text, int at, int from)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["https", "http"])
        {
            var start = at - scheme.Length;
            if (
                start >= from
                && text.AsSpan(start, scheme.Length).Equals(scheme, StringComparison.OrdinalIgnoreCase)
                && (start == 0 || !char.IsLetterOrDigit(text[start - 1]))
            )
                return start;
        }
        return -1;
    }

    private static string WithoutPunctuation(ReadOnlySpan<char> url)
    {
        while (url.Length > 0 && Punctuation.Contains(url[^1], StringComparison.Ordinal) && !ClosesOwnBracket(url))
            url = url[..^1];
        return url.ToString();
    }

    // As in https://example.com/Mail_(post).
    private static bool ClosesOwnBracket(ReadOnlySpan<char> url) =>
        url[^1] switch
        {
            ')' => url.Count('(') >= url.Count(')'),
            ']' => url.Count('[') >= url.Count(']'),
            '}' => url.Count('{') >= url.Count('}'),
            _ => false,
        };
}
