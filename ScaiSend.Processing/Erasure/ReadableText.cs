using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// A text as its reader sees it: references of HTML, percent-encoded ASCII and JSON's escapes are the characters that they mean. Knows from where in the text each
/// of its characters came.
/// </summary>
public sealed partial class ReadableText
{
    // HTML has more than .NET knows; of those, what an address can have.
    private static readonly Dictionary<string, char> MoreNames = new(StringComparer.Ordinal)
    {
        ["&commat;"] = '@',
        ["&plus;"] = '+',
        ["&period;"] = '.',
        ["&lowbar;"] = '_',
        ["&hyphen;"] = '-',
        ["&num;"] = '#',
        ["&equals;"] = '=',
        ["&sol;"] = '/',
        ["&percnt;"] = '%',
        ["&excl;"] = '!',
    };

    private readonly List<int> _starts;

    private ReadableText(string text, List<int> starts) => (Text, _starts) = (text, starts);

    public string Text { get; }

    /// <summary>Whether the text may have an at sign in any form; most texts have none and need not be read.</summary>
    public static bool MayHaveAddress(string text) => AtSign().IsMatch(text);

    public static ReadableText Of(string text)
    {
        var read = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var match in Encoded().EnumerateMatches(text))
        {
            Copy(match.Index);
            var written = text.Substring(match.Index, match.Length);
            foreach (var c in Meaning(written))
            {
                read.Append(c);
                starts.Add(match.Index);
            }
            at = match.Index + match.Length;
        }
        Copy(text.Length);
        starts.Add(text.Length);
        return new ReadableText(read.ToString(), starts);

        void Copy(int end)
        {
            read.Append(text, at, end - at);
            for (; at < end; at++)
                starts.Add(at);
        }
    }

    /// <summary>Where in the original the character begins; for the end of the text, its length.</summary>
    public int StartOf(int index) => _starts[index];

    private static string Meaning(string written) =>
        written[0] switch
        {
            '&' => MoreNames.TryGetValue(written, out var c) ? c.ToString() : WebUtility.HtmlDecode(written),
            '%' => Hex(written.AsSpan(1)),
            _ when written[1] == 'u' => Hex(written.AsSpan(2)),
            // A line break, a tab or a quotation mark: none is part of an address.
            _ => " ",
        };

    private static string Hex(ReadOnlySpan<char> digits) =>
        ((char)int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString();

    [GeneratedRegex(@"@|&#0*64\b|&#x0*40\b|&commat;|%40|\\u0040", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AtSign();

    [GeneratedRegex(
        @"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});|%[0-7][0-9A-Fa-f]|\\(?:u[0-9A-Fa-f]{4}|[nrt""])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Encoded();
}
