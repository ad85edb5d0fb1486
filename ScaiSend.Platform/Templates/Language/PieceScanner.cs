namespace ScaiSend.Platform.Templates.Language;

/// <summary>Cuts a template into text and tags, by the rules of the Handlebars 4.7 lexer.</summary>
internal sealed class PieceScanner(string source)
{
    private const string OpenTag = "{{";

    private readonly List<Piece> _pieces = [];

    public IReadOnlyList<Piece> Scan()
    {
        var position = 0;
        while (source.IndexOf(OpenTag, position, StringComparison.Ordinal) is var tag and >= 0)
        {
            var backslashes = Backslashes(tag, position);
            AddText(position, backslashes == 0 ? tag : tag - 1);
            position = backslashes == 1 ? ScanEscaped(tag) : ScanTag(tag);
        }
        AddText(position, source.Length);
        _pieces.Add(new Piece(PieceKind.End, source.Length));
        return _pieces;
    }

    // "\{{" is no tag; "\\{{" is a backslash and a tag.
    private int Backslashes(int tag, int from) =>
        tag - 1 < from || source[tag - 1] != '\\' ? 0
        : tag - 2 < from || source[tag - 2] != '\\' ? 1
        : 2;

    private void AddText(int from, int to)
    {
        if (to > from)
            _pieces.Add(new Piece(PieceKind.Text, from, source[from..to]));
    }

    // The escaped tag is text up to the next tag, escaped or not.
    private int ScanEscaped(int tag)
    {
        var next = source.IndexOf(OpenTag, tag + 2, StringComparison.Ordinal);
        var end = next < 0 ? source.Length : next - Backslashes(next, tag + 2);
        AddText(tag, end);
        return end;
    }

    private int ScanTag(int tag)
    {
        var position = tag + OpenTag.Length;
        var strips = Is(position, "~");
        if (strips)
            position++;
        switch (position < source.Length ? source[position] : '\0')
        {
            case '{' when !strips && Is(position, "{{"):
                throw new TemplateSyntaxException(tag, "Raw blocks ({{{{ … }}}}) are not supported");
            case '{':
                return ScanTokens(tag, PieceKind.RawValue, strips, position + 1);
            case '&':
                return ScanTokens(tag, PieceKind.RawValue, strips, position + 1);
            case '>':
            case '#' when Is(position, "#>"):
                throw new TemplateSyntaxException(tag, "Partials ({{> … }}) are not supported");
            case '*':
            case '#' when Is(position, "#*"):
                throw new TemplateSyntaxException(tag, "Decorators ({{* … }}) are not supported");
            case '#':
                return ScanTokens(tag, PieceKind.Open, strips, position + 1);
            case '/':
                return ScanTokens(tag, PieceKind.Close, strips, position + 1);
            case '!':
                return ScanComment(tag, strips, position + 1);
            case '^':
                return ScanElse(tag, strips, position + 1, PieceKind.OpenInverted);
            default:
                var word = SkipSpace(position);
                return Is(word, "else") && !IsNameAt(word + 4)
                    ? ScanElse(tag, strips, word + 4, PieceKind.ElseIf)
                    : ScanTokens(tag, PieceKind.Value, strips, position);
        }
    }

    private int ScanElse(int tag, bool strips, int position, PieceKind otherwise)
    {
        var close = SkipSpace(position);
        return Is(close, "}}") || Is(close, "~}}")
            ? ScanTokens(tag, PieceKind.Else, strips, close)
            : ScanTokens(tag, otherwise, strips, position);
    }

    private int ScanComment(int tag, bool strips, int position)
    {
        var dashes = Is(position, "--") ? "--" : "";
        for (var from = position; source.IndexOf("}}", from, StringComparison.Ordinal) is var close and >= 0; from = close + 1)
        {
            var stripsAfter = source[close - 1] == '~';
            var end = stripsAfter ? close - 1 : close;
            if (end - dashes.Length < position || !Is(end - dashes.Length, dashes))
                continue;
            _pieces.Add(new Piece(PieceKind.Comment, tag, "", strips, stripsAfter));
            return close + 2;
        }
        throw new TemplateSyntaxException(tag, "The comment is never closed");
    }

    private int ScanTokens(int tag, PieceKind kind, bool strips, int position)
    {
        var isBraced = kind == PieceKind.RawValue && source[position - 1] == '{';
        var scanner = new TokenScanner(source, tag, isBraced);
        var tokens = scanner.Scan(position);
        _pieces.Add(new Piece(kind, tag, source[tag..scanner.End], strips, scanner.StripsAfter, tokens));
        return scanner.End;
    }

    private bool Is(int position, string text) =>
        source.AsSpan(Math.Min(position, source.Length)).StartsWith(text, StringComparison.Ordinal);

    private bool IsNameAt(int position) => position < source.Length && Characters.IsOfName(source[position]);

    private int SkipSpace(int position)
    {
        while (position < source.Length && Characters.IsSpace(source[position]))
            position++;
        return position;
    }
}
