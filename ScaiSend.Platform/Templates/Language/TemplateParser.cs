namespace ScaiSend.Platform.Templates.Language;

/// <summary>Makes the tree of a template.</summary>
internal sealed class TemplateParser(IReadOnlyList<Piece> pieces)
{
    private int _next;
    private int _depth;

    private Piece Current => pieces[_next];

    public static Body Parse(string source)
    {
        var parser = new TemplateParser(new PieceScanner(source).Scan());
        var body = parser.ParseBody();
        var rest = parser.Current;
        if (rest.Kind != PieceKind.End)
            throw new TemplateSyntaxException(rest.At, $"{rest.Text} belongs to no block");
        WhiteSpace.StripTemplate(body);
        return body;
    }

    public static TemplateSyntaxException TooDeep(int at) =>
        new(at, $"Blocks and sub-expressions may not be nested deeper than {TemplateLimits.MaxDepth} levels");

    private Body ParseBody()
    {
        var nodes = new List<Node>();
        while (ParseNode() is { } node)
            nodes.Add(node);
        return new Body(nodes);
    }

    private Node? ParseNode()
    {
        var piece = Current;
        switch (piece.Kind)
        {
            case PieceKind.Text:
                _next++;
                return new TextNode(piece.Text);
            case PieceKind.Comment:
                _next++;
                return new CommentNode(Strip.Of(piece));
            case PieceKind.Value or PieceKind.RawValue:
                _next++;
                return new ValueNode(Read(piece, isBlock: false).Expression, piece.Kind == PieceKind.RawValue, Strip.Of(piece));
            case PieceKind.Open or PieceKind.OpenInverted:
                _next++;
                return ParseBlock(piece);
            default:
                return null;
        }
    }

    private BlockNode ParseBlock(Piece open)
    {
        var (block, body) = ParseBranch(open);
        var (elseBody, elseStrip) = ParseElse(open);
        var close = Current;
        if (close.Kind != PieceKind.Close)
            throw close.Kind == PieceKind.End
                ? new TemplateSyntaxException(open.At, $"The block {open.Text} is never closed")
                : new TemplateSyntaxException(close.At, $"The block {open.Text} can have only one {{{{else}}}}, as its last branch");
        CheckName(open, close);
        _next++;
        (block.ElseStrip, block.CloseStrip) = (elseStrip, Strip.Of(close));
        (block.Then, block.Else) = open.Kind == PieceKind.OpenInverted ? (elseBody, body) : (body, elseBody);
        // The last link of a chain ends where the whole block ends.
        if (elseBody is { IsChained: true })
            ((BlockNode)elseBody.Nodes[0]).CloseStrip = Strip.Of(close);
        _depth--;
        return block;
    }

    private (BlockNode, Body) ParseBranch(Piece open)
    {
        if (++_depth > TemplateLimits.MaxDepth)
            throw TooDeep(open.At);
        var head = Read(open, isBlock: true);
        var body = ParseBody();
        body.Names = head.Names;
        return (new BlockNode(head.Expression) { OpenStrip = Strip.Of(open) }, body);
    }

    private (Body?, Strip) ParseElse(Piece open)
    {
        var piece = Current;
        switch (piece.Kind)
        {
            case PieceKind.Else:
                _next++;
                return (ParseBody(), Strip.Of(piece));
            case PieceKind.ElseIf:
                _next++;
                return (ParseChain(piece, open), Strip.Of(piece));
            default:
                return (null, default);
        }
    }

    private Body ParseChain(Piece elseIf, Piece open)
    {
        var (block, body) = ParseBranch(elseIf);
        var end = Strip.Of(Current);
        (block.Else, block.ElseStrip) = ParseElse(open);
        (block.Then, block.CloseStrip) = (body, end);
        // As Handlebars does: a link that is followed by another ends where that one begins.
        if (block.Else is { IsChained: true })
            ((BlockNode)block.Else.Nodes[0]).CloseStrip = end;
        _depth--;
        return new Body([block]) { IsChained = true };
    }

    private static void CheckName(Piece open, Piece close)
    {
        var opened = new ExpressionParser(open.Tokens!, 0).ParseName();
        var closed = new ExpressionParser(close.Tokens!, 0).ParseClose();
        if (opened != closed)
            throw new TemplateSyntaxException(close.At, $"{close.Text} cannot close the block {open.Text}");
    }

    private TagContent Read(Piece piece, bool isBlock) => new ExpressionParser(piece.Tokens!, _depth).Parse(isBlock);
}
