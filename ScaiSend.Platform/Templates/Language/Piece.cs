namespace ScaiSend.Platform.Templates.Language;

/// <summary>What a piece of a template is.</summary>
internal enum PieceKind
{
    Text,
    Comment,
    Value,
    RawValue,
    Open,
    OpenInverted,
    Else,
    ElseIf,
    Close,
    End,
}

/// <summary>Text, or one tag with its tokens.</summary>
/// <param name="At">Offset in the source.</param>
/// <param name="StripsBefore">The tag begins with <c>{{~</c>.</param>
/// <param name="StripsAfter">The tag ends with <c>~}}</c>.</param>
internal sealed record Piece(
    PieceKind Kind,
    int At,
    string Text = "",
    bool StripsBefore = false,
    bool StripsAfter = false,
    IReadOnlyList<Token>? Tokens = null
);

/// <summary>What a token in a tag is.</summary>
internal enum TokenKind
{
    Name,
    Separator,
    Text,
    Number,
    Boolean,
    Nothing,
    At,
    Equals,
    OpenParenthesis,
    CloseParenthesis,
    OpenNames,
    CloseNames,
    End,
}

/// <param name="IsBracketed">A name written as <c>[name]</c>.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int At, bool IsBracketed = false);
