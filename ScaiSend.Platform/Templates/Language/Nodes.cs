namespace ScaiSend.Platform.Templates.Language;

/// <summary>What a template is made of.</summary>
internal abstract class Node;

/// <summary>Text, before and after white space was stripped from it.</summary>
internal sealed class TextNode(string text) : Node
{
    public string Original { get; } = text;
    public string Text { get; set; } = text;
    public bool IsStrippedLeft { get; set; }
    public bool IsStrippedRight { get; set; }
}

/// <summary><c>{{! … }}</c></summary>
internal sealed class CommentNode(Strip strip) : Node
{
    public Strip Strip => strip;
}

/// <summary><c>{{ … }}</c></summary>
internal sealed class ValueNode(Expression value, bool isRaw, Strip strip) : Node
{
    public Expression Value => value;
    public bool IsRaw => isRaw;
    public Strip Strip => strip;
}

/// <summary><c>{{#… }} … {{else}} … {{/… }}</c></summary>
internal sealed class BlockNode(Expression head) : Node
{
    /// <summary>A call of a block helper, or a value of which this is the section.</summary>
    public Expression Head => head;
    public Body? Then { get; set; }
    public Body? Else { get; set; }
    public Strip OpenStrip { get; set; }
    public Strip ElseStrip { get; set; }
    public Strip CloseStrip { get; set; }
}

/// <summary>The nodes of a template, or of one branch of a block.</summary>
internal sealed class Body(IReadOnlyList<Node> nodes)
{
    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>From <c>as |item index|</c>.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>Holds only the block of an <c>else if</c>.</summary>
    public bool IsChained { get; init; }
}

/// <summary>Which sides of a tag lose their white space.</summary>
internal readonly record struct Strip(bool Before, bool After)
{
    public static Strip Of(Piece piece) => new(piece.StripsBefore, piece.StripsAfter);
}
