using ScaiSend.Platform.Templates.Evaluation;

namespace ScaiSend.Platform.Templates.Language;

/// <summary>What has a value.</summary>
/// <param name="At">Offset in the source.</param>
internal abstract record Expression(int At);

/// <summary>A text, number, boolean or nothing, as written.</summary>
internal sealed record Literal(int At, object? Value) : Expression(At);

/// <summary>The way to a value in the data: <c>../user.name</c>, <c>@root.x</c>, <c>this</c>.</summary>
/// <param name="Depth">How many contexts to go up.</param>
/// <param name="IsOfLoop">Begins with <c>@</c>.</param>
/// <param name="IsScoped">Begins with <c>this</c> or a dot, so names of <c>as |…|</c> do not count.</param>
internal sealed record ValuePath(int At, int Depth, bool IsOfLoop, bool IsScoped, IReadOnlyList<string> Names, string Original)
    : Expression(At)
{
    public bool IsSimple => Names.Count == 1 && !IsScoped && Depth == 0 && !IsOfLoop;
}

/// <summary>A helper and its arguments.</summary>
internal sealed record HelperCall(
    int At,
    string Name,
    Helper Helper,
    IReadOnlyList<Expression> Arguments,
    IReadOnlyList<KeyValuePair<string, Expression>> Named
) : Expression(At);
