using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using MimeKit.Text;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// Makes a tenant's HTML harmless inside a page of ours: known elements and attributes only, every element closed, addresses of web, mail and pictures only.
/// It cannot run, post, restyle the page or swallow what follows it. Of unknown elements the text stays; of script, style and the like nothing does.
/// </summary>
public sealed class LandingHtml
{
    private const int MaxDepth = 64;

    private static readonly FrozenSet<string> Known = (
        "a abbr article b blockquote br center code dd div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img li ol p pre s section "
        + "small span strong sub sup table tbody td tfoot th thead tr u ul"
    )
        .Split(' ')
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Empty = new[] { "br", "hr", "img" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Dropped = (
        "head title style script noscript template textarea select button object embed iframe svg math video audio canvas"
    )
        .Split(' ')
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Attributes = "align alt colspan dir height href lang rowspan src style title width"
        .Split(' ')
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly StringBuilder _html = new();
    private readonly Stack<string> _open = new();
    private string? _dropped;
    private int _droppedDepth;

    private LandingHtml() { }

    public static string Clean(string html)
    {
        var made = new LandingHtml();
        using var reader = new StringReader(html);
        var tokenizer = new HtmlTokenizer(reader);
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
                made.Take(tag);
            else if (token.Kind == HtmlTokenKind.Data && made._dropped is null)
                made._html.Append(HtmlEncoder.Default.Encode(((HtmlDataToken)token).Data));
        }
        while (made._open.Count > 0)
            made.Close();
        return made._html.ToString();
    }

    private void Take(HtmlTagToken tag)
    {
        if (_dropped is not null)
        {
            if (tag.Name.Equals(_dropped, StringComparison.OrdinalIgnoreCase) && !tag.IsEmptyElement)
                _droppedDepth += tag.IsEndTag ? -1 : 1;
            if (_droppedDepth == 0)
                _dropped = null;
        }
        else if (Dropped.Contains(tag.Name))
        {
            if (!tag.IsEndTag && !tag.IsEmptyElement)
                (_dropped, _droppedDepth) = (tag.Name, 1);
        }
        else if (Known.TryGetValue(tag.Name, out var name))
        {
            if (tag.IsEndTag)
                CloseTo(name);
            else
                Begin(tag, name);
        }
    }

    private void Begin(HtmlTagToken tag, string name)
    {
        if (_open.Count >= MaxDepth)
            return;
        _html.Append('<').Append(name);
        foreach (var attribute in tag.Attributes)
            if (Attributes.TryGetValue(attribute.Name, out var known) && attribute.Value is { } value && IsHarmless(known, value))
                _html.Append(' ').Append(known).Append("=\"").Append(HtmlEncoder.Default.Encode(value)).Append('"');
        if (name == "a")
            _html.Append(" rel=\"noopener noreferrer\"");
        _html.Append('>');
        if (!Empty.Contains(name))
            _open.Push(name);
    }

    private void CloseTo(string name)
    {
        if (!_open.Contains(name))
            return;
        while (_open.Peek() != name)
            Close();
        Close();
    }

    private void Close() => _html.Append("</").Append(_open.Pop()).Append('>');

    private static bool IsHarmless(string name, string value) =>
        name switch
        {
            "href" => IsOf(value, "https", "http", "mailto"),
            "src" => IsOf(value, "https", "data"),
            _ => true,
        };

    private static bool IsOf(string value, params string[] schemes) =>
        Uri.TryCreate(value.Trim(), UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme);
}
