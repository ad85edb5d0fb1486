using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ScaiSend.Platform.Policies.Reading;

/// <summary>
/// Reads the part of YAML that a policy needs: maps, lists and scalars. Anchors, aliases and tags are refused: they would let a small text stand for a huge one.
/// </summary>
internal sealed class YamlText
{
    private const int DeepestNesting = 16;

    private readonly Parser _parser;

    private YamlText(string text)
    {
        _parser = new Parser(new StringReader(text));
        Next();
    }

    /// <summary>The only document; null when the text has none.</summary>
    /// <exception cref="YamlException">The text is no YAML, or uses what is refused.</exception>
    public static YamlNode? Read(string text)
    {
        var reader = new YamlText(text);
        reader.Next();
        if (reader._parser.Current is not DocumentStart)
            return null;
        reader.Next();
        var root = reader.ReadNode(0);
        reader.Next();
        if (reader._parser.Current is DocumentStart second)
            throw Refusal(second, "a second document begins; allowed is one");
        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var start = _parser.Current!;
        if (start is AnchorAlias)
            throw Refusal(
                start,
                "aliases (*name) are not allowed; a text that begins with * is written in quotes, such as \"*.example.com\""
            );
        if (start is not NodeEvent node || depth > DeepestNesting)
            throw Refusal(start, $"this is nested too deep; allowed are {DeepestNesting} levels");
        if (!node.Anchor.IsEmpty)
            throw Refusal(start, "anchors (&name) are not allowed");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            throw Refusal(start, "tags (!name) are not allowed");
        Next();
        return node switch
        {
            Scalar scalar => new YamlScalar(Line(scalar), Column(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadList(node, depth),
            MappingStart => ReadMap(node, depth),
            _ => throw Refusal(start, "a map, a list or a value is expected here"),
        };
    }

    private YamlList ReadList(NodeEvent start, int depth)
    {
        var items = new List<YamlNode>();
        for (; _parser.Current is not SequenceEnd; )
            items.Add(ReadNode(depth + 1));
        Next();
        return new YamlList(Line(start), Column(start), items);
    }

    private YamlMap ReadMap(NodeEvent start, int depth)
    {
        var entries = new List<(YamlScalar, YamlNode)>();
        while (_parser.Current is not MappingEnd)
        {
            var at = _parser.Current!;
            if (ReadNode(depth + 1) is not YamlScalar key)
                throw Refusal(at, "a key must be a plain text");
            entries.Add((key, ReadNode(depth + 1)));
        }
        Next();
        return new YamlMap(Line(start), Column(start), entries);
    }

    private void Next() => _parser.MoveNext();

    private static int Line(ParsingEvent e) => (int)e.Start.Line;

    private static int Column(ParsingEvent e) => (int)e.Start.Column;

    private static YamlException Refusal(ParsingEvent at, string words) => new(at.Start, at.End, words);
}
