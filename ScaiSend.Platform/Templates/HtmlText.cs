using System.Collections.Frozen;
using System.Globalization;
using MimeKit.Text;

namespace ScaiSend.Platform.Templates;

/// <summary>
/// Makes the text part of an HTML body: links as <c>text (url)</c>, lists with bullets or numbers, a table's row as a line.
/// What a reader does not see is left out: head, style, script, and elements that are hidden.
/// </summary>
public sealed class HtmlText
{
    private static readonly FrozenSet<HtmlTagId> Skipped = new[]
    {
        HtmlTagId.Head,
        HtmlTagId.Style,
        HtmlTagId.Script,
        HtmlTagId.Title,
        HtmlTagId.TextArea,
        HtmlTagId.Select,
        HtmlTagId.Object,
    }.ToFrozenSet();

    private static readonly FrozenSet<HtmlTagId> Paragraphs = new[]
    {
        HtmlTagId.P,
        HtmlTagId.H1,
        HtmlTagId.H2,
        HtmlTagId.H3,
        HtmlTagId.H4,
        HtmlTagId.H5,
        HtmlTagId.H6,
        HtmlTagId.BlockQuote,
        HtmlTagId.Pre,
        HtmlTagId.Table,
    }.ToFrozenSet();

    private static readonly FrozenSet<HtmlTagId> Lines = new[]
    {
        HtmlTagId.Div,
        HtmlTagId.TR,
        HtmlTagId.LI,
        HtmlTagId.DT,
        HtmlTagId.DD,
        HtmlTagId.Body,
        HtmlTagId.Section,
        HtmlTagId.Article,
        HtmlTagId.Header,
        HtmlTagId.Footer,
        HtmlTagId.Nav,
        HtmlTagId.Center,
    }.ToFrozenSet();

    private static readonly FrozenSet<HtmlTagId> Void = new[]
    {
        HtmlTagId.Br,
        HtmlTagId.Image,
        HtmlTagId.HR,
        HtmlTagId.Input,
        HtmlTagId.Meta,
        HtmlTagId.Link,
        HtmlTagId.Col,
        HtmlTagId.Base,
    }.ToFrozenSet();

    private readonly TextLayout _text = new();
    private readonly Stack<(string? Url, int Start)> _links = new();

    // The number of the next item; null in a list without numbers.
    private readonly Stack<int?> _lists = new();
    private string? _skipped;
    private int _skippedDepth;

    private HtmlText() { }

    /// <summary>The text of an HTML document or fragment.</summary>
    public static string Of(string html)
    {
        var maker = new HtmlText();
        using var reader = new StringReader(html);
        var tokenizer = new HtmlTokenizer(reader);
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
                maker.Take(tag);
            else if (token is HtmlDataToken data && maker._skipped is null && token.Kind != HtmlTokenKind.ScriptData)
                maker._text.Write(data.Data);
        }
        return maker._text.ToString();
    }

    private void Take(HtmlTagToken tag)
    {
        if (_skipped is not null)
        {
            if (tag.Name.Equals(_skipped, StringComparison.OrdinalIgnoreCase) && !tag.IsEmptyElement)
                _skippedDepth += tag.IsEndTag ? -1 : 1;
            if (_skippedDepth == 0)
                _skipped = null;
        }
        else if (!tag.IsEndTag && !tag.IsEmptyElement && !Void.Contains(tag.Id) && (Skipped.Contains(tag.Id) || IsHidden(tag)))
            (_skipped, _skippedDepth) = (tag.Name, 1);
        else if (tag.IsEndTag)
            End(tag);
        else
            Begin(tag);
    }

    private void Begin(HtmlTagToken tag)
    {
        switch (tag.Id)
        {
            case HtmlTagId.Br:
                _text.BreakLine();
                break;
            case HtmlTagId.HR:
                _text.EnsureLine();
                _text.Write("---");
                _text.EnsureLine();
                break;
            case HtmlTagId.Image:
                _text.Write(Attribute(tag, "alt") ?? "");
                break;
            case HtmlTagId.A:
                _links.Push((Attribute(tag, "href"), _text.Length));
                break;
            case HtmlTagId.UL or HtmlTagId.OL:
                if (_lists.Count == 0)
                    _text.EnsureParagraph();
                _lists.Push(tag.Id == HtmlTagId.OL ? 1 : null);
                break;
            case HtmlTagId.LI:
                _text.EnsureLine();
                _text.WriteMark(Bullet());
                break;
            case HtmlTagId.TD or HtmlTagId.TH:
                _text.Space();
                break;
            default:
                Separate(tag.Id);
                break;
        }
        if (tag.Id == HtmlTagId.Pre)
            _text.IsPreformatted = true;
    }

    private void End(HtmlTagToken tag)
    {
        switch (tag.Id)
        {
            case HtmlTagId.A when _links.TryPop(out var link):
                WriteUrl(link.Url, link.Start);
                break;
            case HtmlTagId.UL or HtmlTagId.OL:
                _lists.TryPop(out _);
                if (_lists.Count == 0)
                    _text.EnsureParagraph();
                else
                    _text.EnsureLine();
                break;
            case HtmlTagId.Pre:
                _text.IsPreformatted = false;
                _text.EnsureParagraph();
                break;
            default:
                Separate(tag.Id);
                break;
        }
    }

    private void Separate(HtmlTagId id)
    {
        if (Paragraphs.Contains(id))
            _text.EnsureParagraph();
        else if (Lines.Contains(id))
            _text.EnsureLine();
    }

    private string Bullet()
    {
        var indent = new string(' ', 2 * Math.Clamp(_lists.Count - 1, 0, 10));
        if (!_lists.TryPop(out var number))
            return "* ";
        _lists.Push(number + 1);
        return number is null ? $"{indent}* " : string.Create(CultureInfo.InvariantCulture, $"{indent}{number}. ");
    }

    private void WriteUrl(string? url, int start)
    {
        url = url?.Trim();
        if (url is null or "" || url.StartsWith('#') || url.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase))
            return;
        var shown = url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? url["mailto:".Length..] : url;
        var text = _text.Since(start).Trim();
        if (text.Length == 0)
            _text.Write(shown);
        else if (
            !text.Equals(shown, StringComparison.OrdinalIgnoreCase)
            && !$"http://{text}".Equals(shown.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)
            && !$"https://{text}".Equals(shown.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)
        )
            _text.Write($" ({shown})");
    }

    private static bool IsHidden(HtmlTagToken tag) =>
        tag.Attributes.Any(a =>
            a.Name.Equals("hidden", StringComparison.OrdinalIgnoreCase)
            || a.Name.Equals("style", StringComparison.OrdinalIgnoreCase)
                && a.Value is { } style
                && style.Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase)
        );

    private static string? Attribute(HtmlTagToken tag, string name) =>
        tag.Attributes.FirstOrDefault(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}
