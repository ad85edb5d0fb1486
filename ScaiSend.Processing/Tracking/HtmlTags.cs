using System.Buffers;

namespace ScaiSend.Processing.Tracking;

/// <summary>
/// Goes through the tags of an HTML text as a browser would find them, and says where the attributes stand that tracking cares about. Steps over comments
/// (also conditional ones), scripts, styles and other raw text. Copies nothing.
/// </summary>
internal ref struct HtmlTags(ReadOnlySpan<char> html)
{
    // HTML Living Standard §13.2.5.32 to 39: what ends a tag's name, an attribute's name and a value without quotes.
    private static readonly SearchValues<char> EndsName = SearchValues.Create(" \t\n\f\r/>");
    private static readonly SearchValues<char> EndsAttribute = SearchValues.Create(" \t\n\f\r/>=");
    private static readonly SearchValues<char> EndsValue = SearchValues.Create(" \t\n\f\r>");

    // §13.2.5.2 to 5: their content is text up to their own end tag.
    private static readonly string[] RawText = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

    private readonly ReadOnlySpan<char> _html = html;
    private int _at = 0;

    /// <summary>Where the tag begins.</summary>
    public int Start { get; private set; }

    public bool IsEnd { get; private set; }
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>Values without their quotes; empty when the tag has none. The first of a name counts.</summary>
    public Range Href { get; private set; }
    public Range Src { get; private set; }

    /// <summary>Whether it says <c>clicktracking=off</c>.</summary>
    public bool IsUntracked { get; private set; }

    /// <summary>Where something begins that has no end, and so swallows the rest; null when nothing does.</summary>
    public int? OpenAt { get; private set; }

    public readonly bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Goes to the next tag; false at the end.</summary>
    public bool Next()
    {
        while (_at < _html.Length && _html[_at..].IndexOf('<') is var next and >= 0)
        {
            Start = _at + next;
            _at = Start + 1;
            IsEnd = _at < _html.Length && _html[_at] == '/';
            if (IsEnd)
                _at++;
            if (_at == _html.Length)
                return false;
            if (char.IsAsciiLetter(_html[_at]))
            {
                if (ReadTag() && !SkipsRawText())
                    return true;
            }
            else if (_html[_at..].StartsWith("!--") && !IsEnd)
                SkipComment();
            else if (IsEnd || _html[_at] is '!' or '?')
                // A doctype, or what a browser takes for a comment, such as <![endif]>.
                SkipPast(">", _at);
        }
        return false;
    }

    private bool ReadTag()
    {
        (Href, Src, IsUntracked) = (default, default, false);
        var length = _html[_at..].IndexOfAny(EndsName);
        if (length < 0)
            return Swallows();
        Name = _html.Slice(_at, length);
        _at += length;
        while (true)
        {
            while (_at < _html.Length && IsBlank(_html[_at]) || _at < _html.Length && _html[_at] == '/')
                _at++;
            if (_at == _html.Length)
                return Swallows();
            if (_html[_at] == '>')
            {
                _at++;
                return true;
            }
            if (!ReadAttribute())
                return Swallows();
        }
    }

    private bool ReadAttribute()
    {
        // An equals sign in front belongs to the name.
        var length = _html[(_at + 1)..].IndexOfAny(EndsAttribute);
        if (length < 0)
            return false;
        var name = _html.Slice(_at, length + 1);
        _at += length + 1;
        SkipBlanks();
        if (_at == _html.Length)
            return false;
        if (_html[_at] != '=')
            return true;
        _at++;
        SkipBlanks();
        if (_at == _html.Length)
            return false;
        var quote = _html[_at];
        var isQuoted = quote is '"' or '\'';
        var start = isQuoted ? _at + 1 : _at;
        var size = isQuoted ? _html[start..].IndexOf(quote) : _html[start..].IndexOfAny(EndsValue);
        if (size < 0)
            return false;
        _at = start + size + (isQuoted ? 1 : 0);
        Keep(name, start, size);
        return true;
    }

    private void Keep(ReadOnlySpan<char> name, int start, int size)
    {
        if (name.Length == 4 && name.Equals("href", StringComparison.OrdinalIgnoreCase) && Href.Equals(default))
            Href = start..(start + size);
        else if (name.Length == 3 && name.Equals("src", StringComparison.OrdinalIgnoreCase) && Src.Equals(default))
            Src = start..(start + size);
        // SendGrid's documentation also shows the name in quotes.
        else if (name.Length >= 13 && name.Trim('"').Equals("clicktracking", StringComparison.OrdinalIgnoreCase))
            IsUntracked |= _html.Slice(start, size).Trim(" \"").Equals("off", StringComparison.OrdinalIgnoreCase);
    }

    private bool SkipsRawText()
    {
        if (IsEnd)
            return false;
        foreach (var name in RawText)
            if (Is(name))
            {
                SkipToEndTag(name);
                return true;
            }
        return false;
    }

    private void SkipToEndTag(string name)
    {
        while (_html[_at..].IndexOf("</") is var next and >= 0)
        {
            _at += next + 2;
            var rest = _html[_at..];
            if (
                rest.Length > name.Length
                && rest.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && EndsName.Contains(rest[name.Length])
            )
                return;
        }
        Swallows();
    }

    // §13.2.5.43 to 51. Stands at the exclamation mark.
    private void SkipComment()
    {
        var body = _at + 3;
        if (_html[body..].StartsWith(">"))
            _at = body + 1;
        else if (_html[body..].StartsWith("->"))
            _at = body + 2;
        else
            SkipToCommentEnd(body);
    }

    private void SkipToCommentEnd(int from)
    {
        while (_html[from..].IndexOf("--") is var next and >= 0)
        {
            from += next;
            var end = _html[(from + 2)..];
            if (end.StartsWith(">") || end.StartsWith("!>"))
            {
                _at = from + 2 + (end[0] == '>' ? 1 : 2);
                return;
            }
            from++;
        }
        Swallows();
    }

    private void SkipPast(string end, int from)
    {
        if (_html[from..].IndexOf(end) is var next and >= 0)
            _at = from + next + end.Length;
        else
            Swallows();
    }

    private bool Swallows()
    {
        OpenAt = Start;
        _at = _html.Length;
        return false;
    }

    private void SkipBlanks()
    {
        while (_at < _html.Length && IsBlank(_html[_at]))
            _at++;
    }

    private static bool IsBlank(char sign) => sign is ' ' or '\t' or '\n' or '\f' or '\r';
}
