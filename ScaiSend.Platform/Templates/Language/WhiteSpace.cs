namespace ScaiSend.Platform.Templates.Language;

/// <summary>
/// Strips white space as handlebars.js 4.7 does (its whitespace-control.js): what a <c>~</c> asks for, and the lines on which a block's tag or a
/// comment stands alone.
/// </summary>
internal static class WhiteSpace
{
    public static void StripTemplate(Body body) => StripBody(body, isRoot: true);

    private static void StripBody(Body body, bool isRoot)
    {
        var nodes = body.Nodes;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (Candidate(nodes[i]) is not { } candidate)
                continue;
            var (isAfterLine, isBeforeLine) = (EndsLine(nodes, i, isRoot), BeginsLine(nodes, i, isRoot));
            if (candidate.Strip.After)
                TrimStart(nodes, i + 1, all: true);
            if (candidate.Strip.Before)
                TrimEnd(nodes, i - 1, all: true);
            if (candidate.IsInline && isAfterLine && isBeforeLine)
            {
                TrimStart(nodes, i + 1);
                TrimEnd(nodes, i - 1);
            }
            if (nodes[i] is not BlockNode block)
                continue;
            if (candidate.OpensAlone && isAfterLine)
            {
                TrimStart((block.Then ?? block.Else)!.Nodes, 0);
                TrimEnd(nodes, i - 1);
            }
            if (candidate.ClosesAlone && isBeforeLine)
            {
                TrimStart(nodes, i + 1);
                TrimLast((block.Else ?? block.Then)!);
            }
        }
    }

    private static Tag? Candidate(Node node) =>
        node switch
        {
            ValueNode value => new Tag(value.Strip),
            CommentNode comment => new Tag(comment.Strip, IsInline: true),
            BlockNode block => StripBlock(block),
            _ => null,
        };

    private static Tag StripBlock(BlockNode block)
    {
        if (block.Then is not null)
            StripBody(block.Then, isRoot: false);
        if (block.Else is not null)
            StripBody(block.Else, isRoot: false);
        var body = (block.Then ?? block.Else)!;
        var otherwise = block.Then is null ? null : block.Else;
        var (first, last) = EndsOfChain(otherwise);
        var tag = new Tag(
            new Strip(block.OpenStrip.Before, block.CloseStrip.After),
            OpensAlone: BeginsLine(body.Nodes, -1, isRoot: false),
            ClosesAlone: EndsLine((first ?? body).Nodes, (first ?? body).Nodes.Count, isRoot: false)
        );
        if (block.OpenStrip.After)
            TrimStart(body.Nodes, 0, all: true);
        if (otherwise is null)
        {
            if (block.CloseStrip.Before)
                TrimLast(body, all: true);
            return tag;
        }
        if (block.ElseStrip.Before)
            TrimLast(body, all: true);
        if (block.ElseStrip.After)
            TrimStart(first!.Nodes, 0, all: true);
        if (block.CloseStrip.Before)
            TrimLast(last!, all: true);
        if (EndsLine(body.Nodes, body.Nodes.Count, isRoot: false) && BeginsLine(first!.Nodes, -1, isRoot: false))
        {
            TrimLast(body);
            TrimStart(first.Nodes, 0);
        }
        return tag;
    }

    private static (Body? First, Body? Last) EndsOfChain(Body? otherwise)
    {
        if (otherwise is not { IsChained: true })
            return (otherwise, otherwise);
        var first = ((BlockNode)otherwise.Nodes[0]).Then;
        var last = otherwise;
        while (last is { IsChained: true })
            last = ((BlockNode)last.Nodes[^1]).Then;
        return (first, last);
    }

    private static bool EndsLine(IReadOnlyList<Node> nodes, int i, bool isRoot)
    {
        if (i == 0)
            return isRoot;
        if (nodes[i - 1] is not TextNode { Original: var text })
            return false;
        var blank = text.Length;
        while (blank > 0 && Characters.IsSpace(text[blank - 1]))
            blank--;
        return text.AsSpan(blank).Contains('\n') || (blank == 0 && i == 1 && isRoot);
    }

    private static bool BeginsLine(IReadOnlyList<Node> nodes, int i, bool isRoot)
    {
        if (i + 1 >= nodes.Count)
            return isRoot;
        if (nodes[i + 1] is not TextNode { Original: var text })
            return false;
        var blank = Blank(text);
        return text.AsSpan(0, blank).Contains('\n') || (blank == text.Length && i + 2 >= nodes.Count && isRoot);
    }

    private static void TrimStart(IReadOnlyList<Node> nodes, int i, bool all = false)
    {
        if (At(nodes, i) is not { } node || (!all && node.IsStrippedRight))
            return;
        var text = node.Text;
        node.Text = text[(all ? Blank(text) : RestOfLine(text))..];
        node.IsStrippedRight = node.Text.Length != text.Length;
    }

    private static void TrimEnd(IReadOnlyList<Node> nodes, int i, bool all = false)
    {
        if (At(nodes, i) is not { } node || (!all && node.IsStrippedLeft))
            return;
        var text = node.Text;
        var end = text.Length;
        while (end > 0 && (all ? Characters.IsSpace(text[end - 1]) : text[end - 1] is ' ' or '\t'))
            end--;
        node.Text = text[..end];
        node.IsStrippedLeft = end != text.Length;
    }

    private static void TrimLast(Body body, bool all = false) => TrimEnd(body.Nodes, body.Nodes.Count - 1, all);

    private static int Blank(string text)
    {
        var end = 0;
        while (end < text.Length && Characters.IsSpace(text[end]))
            end++;
        return end;
    }

    // Blanks and the line end behind them.
    private static int RestOfLine(string text)
    {
        var end = 0;
        while (end < text.Length && (text[end] is ' ' or '\t'))
            end++;
        if (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n')
            return end + 2;
        // Handlebars takes a lone CR as well.
        return end < text.Length && (text[end] is '\r' or '\n') ? end + 1 : end;
    }

    private static TextNode? At(IReadOnlyList<Node> nodes, int i) => i >= 0 && i < nodes.Count ? nodes[i] as TextNode : null;

    /// <summary>A tag that may lose the white space around it.</summary>
    private readonly record struct Tag(Strip Strip, bool IsInline = false, bool OpensAlone = false, bool ClosesAlone = false);
}
