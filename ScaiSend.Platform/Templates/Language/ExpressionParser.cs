using System.Text;
using ScaiSend.Platform.Templates.Evaluation;

namespace ScaiSend.Platform.Templates.Language;

/// <summary>What a tag says: an expression, and the names that its block gives to its values.</summary>
internal sealed record TagContent(Expression Expression, IReadOnlyList<string> Names);

/// <summary>Reads the expression in a tag.</summary>
internal sealed class ExpressionParser(IReadOnlyList<Token> tokens, int depth)
{
    private int _next;

    private Token Current => tokens[_next];

    /// <summary>Reads a whole tag.</summary>
    /// <param name="isBlock">A block may name its values, and its helper must be one for blocks.</param>
    public TagContent Parse(bool isBlock)
    {
        var expression = ParseCall(depth, isBlock ? HelperUse.Block : HelperUse.Value);
        var names = isBlock && Current.Kind == TokenKind.OpenNames ? ParseNames() : [];
        Expect(TokenKind.End);
        return new TagContent(expression, names);
    }

    /// <summary>Reads the name that a block is opened with.</summary>
    public string ParseName() => ParseHead().Original;

    /// <summary>Reads what closes a block.</summary>
    public string ParseClose()
    {
        var name = ParseName();
        Expect(TokenKind.End);
        return name;
    }

    // A name with arguments is a helper, one without is a value.
    private Expression ParseCall(int level, HelperUse use)
    {
        var path = ParseHead();
        var (arguments, named) = ParseArguments(level);
        var isCall = use == HelperUse.Inner || arguments.Count > 0 || named.Count > 0;
        if (!isCall && !(use == HelperUse.Block && path.IsSimple && Helpers.Table.ContainsKey(path.Names[0])))
            return path;
        if (!path.IsSimple || !Helpers.Table.TryGetValue(path.Names[0], out var helper))
            throw new TemplateSyntaxException(path.At, $"There is no helper '{path.Original}'");
        helper.Check(path.Names[0], path.At, arguments.Count, use);
        return new HelperCall(path.At, path.Names[0], helper, arguments, named);
    }

    // Anything can be a name here: {{"a b"}} looks up "a b".
    private ValuePath ParseHead() =>
        Current.Kind is TokenKind.Text or TokenKind.Number or TokenKind.Boolean or TokenKind.Nothing ? NameOf(Take()) : ParsePath();

    private static ValuePath NameOf(Token token) => new(token.At, 0, false, false, [token.Text], token.Text);

    private (IReadOnlyList<Expression>, IReadOnlyList<KeyValuePair<string, Expression>>) ParseArguments(int level)
    {
        var arguments = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        while (Current.Kind is not (TokenKind.End or TokenKind.CloseParenthesis or TokenKind.OpenNames))
        {
            if (Current.Kind == TokenKind.Name && tokens[_next + 1].Kind == TokenKind.Equals)
            {
                var name = Take().Text;
                Take();
                named.Add(new(name, ParseArgument(level)));
            }
            else if (named.Count > 0)
                throw new TemplateSyntaxException(Current.At, "An argument without a name cannot follow one with a name");
            else
                arguments.Add(ParseArgument(level));
        }
        return (arguments, named);
    }

    private Expression ParseArgument(int level)
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Text:
                return new Literal(Take().At, token.Text);
            case TokenKind.Number:
                return new Literal(Take().At, TokenScanner.Number(token.Text));
            case TokenKind.Boolean:
                return new Literal(Take().At, token.Text == "true");
            case TokenKind.Nothing:
                return new Literal(Take().At, null);
            case TokenKind.OpenParenthesis:
                if (level >= TemplateLimits.MaxDepth)
                    throw TemplateParser.TooDeep(token.At);
                Take();
                var call = ParseCall(level + 1, HelperUse.Inner);
                Expect(TokenKind.CloseParenthesis);
                return call;
            default:
                return ParsePath();
        }
    }

    private ValuePath ParsePath()
    {
        var start = Current;
        var isOfLoop = start.Kind == TokenKind.At;
        if (isOfLoop)
            Take();
        var (depth, original) = (0, new StringBuilder());
        var names = new List<string>();
        while (true)
        {
            if (Current.Kind is not (TokenKind.Name or TokenKind.Number or TokenKind.Boolean or TokenKind.Nothing))
                throw Unexpected(Current);
            var segment = Take();
            if (segment.Text.Length > TemplateLimits.MaxName)
                throw new TemplateSyntaxException(segment.At, $"A name may have at most {TemplateLimits.MaxName} characters");
            original.Append(segment.Text);
            if (segment.IsBracketed || segment.Text is not (".." or "." or "this"))
                names.Add(segment.Text);
            else if (names.Count > 0)
                throw new TemplateSyntaxException(start.At, $"'{segment.Text}' can only stand at the beginning of a path");
            else if (segment.Text == "..")
                depth++;
            if (Current.Kind != TokenKind.Separator)
                break;
            original.Append(Take().Text);
        }
        var text = original.ToString();
        var isScoped = !start.IsBracketed && (text.StartsWith('.') || start.Text is "this");
        return new ValuePath(start.At, depth, isOfLoop, isScoped, names, isOfLoop ? $"@{text}" : text);
    }

    private List<string> ParseNames()
    {
        Take();
        var names = new List<string>();
        while (Current.Kind == TokenKind.Name)
            names.Add(Take().Text);
        if (names.Count is 0 or > 2)
            throw new TemplateSyntaxException(Current.At, "A block gives one or two names: as |item index|");
        Expect(TokenKind.CloseNames);
        return names;
    }

    private Token Take() => tokens[_next++];

    private void Expect(TokenKind kind)
    {
        if (Current.Kind != kind)
            throw Unexpected(Current);
        if (kind != TokenKind.End)
            _next++;
    }

    private static TemplateSyntaxException Unexpected(Token token) =>
        new(token.At, token.Kind == TokenKind.End ? "Something is missing before the end of the tag" : $"'{token.Text}' cannot stand here");
}
