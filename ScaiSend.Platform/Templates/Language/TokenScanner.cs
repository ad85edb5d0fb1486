using System.Globalization;

namespace ScaiSend.Platform.Templates.Language;

/// <summary>Reads the tokens of one tag up to its end.</summary>
/// <param name="tag">Where the tag begins, to be named when it never ends.</param>
/// <param name="isBraced">The tag began with three braces, so it ends with three.</param>
internal sealed class TokenScanner(string source, int tag, bool isBraced)
{
    private readonly List<Token> _tokens = [];
    private int _position;

    /// <summary>Behind the tag.</summary>
    public int End { get; private set; }

    public bool StripsAfter { get; private set; }

    public IReadOnlyList<Token> Scan(int from)
    {
        _position = from;
        while (!IsAtClose())
            ScanToken();
        _tokens.Add(new Token(TokenKind.End, "}}", _position));
        return _tokens;
    }

    private bool IsAtClose()
    {
        while (_position < source.Length && Characters.IsSpace(source[_position]))
            _position++;
        if (_position >= source.Length)
            throw new TemplateSyntaxException(tag, "The tag is never closed");
        foreach (var (closing, braces) in (ReadOnlySpan<(string, int)>)[("}}}", 3), ("}~}}", 3), ("}}", 2), ("~}}", 2)])
        {
            if (!Is(closing))
                continue;
            if (isBraced != (braces == 3))
                throw new TemplateSyntaxException(
                    _position,
                    isBraced ? "The tag must be closed by '}}}'" : "The tag must be closed by '}}'"
                );
            StripsAfter = closing.Contains('~', StringComparison.Ordinal);
            End = _position + closing.Length;
            return true;
        }
        return false;
    }

    private void ScanToken()
    {
        switch (source[_position])
        {
            case '(':
                Take(TokenKind.OpenParenthesis, 1);
                break;
            case ')':
                Take(TokenKind.CloseParenthesis, 1);
                break;
            case '=':
                Take(TokenKind.Equals, 1);
                break;
            case '@':
                Take(TokenKind.At, 1);
                break;
            case '|':
                Take(TokenKind.CloseNames, 1);
                break;
            case '.' when Is(".."):
                Take(TokenKind.Name, 2);
                break;
            case '.' when Next(1) is { } c && Characters.CanFollowName(c):
                Take(TokenKind.Name, 1);
                break;
            case '.' or '/':
                Take(TokenKind.Separator, 1);
                break;
            case '"' or '\'':
                ScanText(source[_position]);
                break;
            case '[':
                ScanBracketed();
                break;
            default:
                ScanWord();
                break;
        }
    }

    private void ScanText(char quote)
    {
        var end = _position + 1;
        while (end < source.Length && source[end] != quote)
            end += source[end] == '\\' && end + 1 < source.Length && source[end + 1] == quote ? 2 : 1;
        if (end >= source.Length)
            throw new TemplateSyntaxException(_position, "The text is never closed by its quote");
        var text = source[(_position + 1)..end].Replace($"\\{quote}", quote.ToString(), StringComparison.Ordinal);
        _tokens.Add(new Token(TokenKind.Text, text, _position));
        _position = end + 1;
    }

    private void ScanBracketed()
    {
        var end = _position + 1;
        while (end < source.Length && source[end] != ']')
            end += source[end] == '\\' && end + 1 < source.Length && source[end + 1] == ']' ? 2 : 1;
        if (end >= source.Length)
            throw new TemplateSyntaxException(_position, "The name is never closed by ']'");
        var name = source[(_position + 1)..end]
            .Replace("\\]", "]", StringComparison.Ordinal)
            .Replace("\\\\", "\\", StringComparison.Ordinal);
        _tokens.Add(new Token(TokenKind.Name, name, _position, IsBracketed: true));
        _position = end + 1;
    }

    private void ScanWord()
    {
        if (NumberLength() is var digits and > 0)
        {
            Take(TokenKind.Number, digits);
            return;
        }
        var end = _position;
        while (end < source.Length && Characters.IsOfName(source[end]))
            end++;
        if (end == _position || end == source.Length || !Characters.CanFollowName(source[end]))
            throw new TemplateSyntaxException(end, end == source.Length ? "The tag is never closed" : $"'{source[end]}' cannot stand here");
        var word = source[_position..end];
        if (word == "as" && OpensNames(end) is { } bar)
        {
            _tokens.Add(new Token(TokenKind.OpenNames, word, _position));
            _position = bar + 1;
            return;
        }
        Take(Characters.CanFollowLiteral(source[end]) ? LiteralKind(word) : TokenKind.Name, word.Length);
    }

    private static TokenKind LiteralKind(string word) =>
        word switch
        {
            "true" or "false" => TokenKind.Boolean,
            "null" or "undefined" => TokenKind.Nothing,
            _ => TokenKind.Name,
        };

    private int? OpensNames(int position)
    {
        var bar = position;
        while (bar < source.Length && Characters.IsSpace(source[bar]))
            bar++;
        return bar > position && bar < source.Length && source[bar] == '|' ? bar : null;
    }

    private int NumberLength()
    {
        var end = _position + (source[_position] == '-' ? 1 : 0);
        var digits = end;
        while (end < source.Length && char.IsAsciiDigit(source[end]))
            end++;
        if (end == digits)
            return 0;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            end++;
            while (end < source.Length && char.IsAsciiDigit(source[end]))
                end++;
        }
        return end < source.Length && Characters.CanFollowLiteral(source[end]) ? end - _position : 0;
    }

    /// <summary>The value of a number token.</summary>
    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private void Take(TokenKind kind, int length)
    {
        _tokens.Add(new Token(kind, source.Substring(_position, length), _position));
        _position += length;
    }

    private char? Next(int offset) => _position + offset < source.Length ? source[_position + offset] : null;

    private bool Is(string text) => source.AsSpan(_position).StartsWith(text, StringComparison.Ordinal);
}
