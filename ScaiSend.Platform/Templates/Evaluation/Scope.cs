namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>Where in the data a body of a template works.</summary>
/// <param name="Context">What <c>this</c> is.</param>
/// <param name="Outer">What <c>../</c> leads to.</param>
/// <param name="Loop">The innermost loop.</param>
/// <param name="Names">Names given by <c>as |…|</c>, the innermost first.</param>
internal sealed record Scope(object? Context, Scope? Outer, Loop? Loop, GivenNames? Names)
{
    /// <summary>A scope within this one. As in Handlebars 4 it is a step of <c>../</c> only when the context is another one.</summary>
    public Scope Enter(object? context, Loop? loop, GivenNames? names) =>
        new(context, IsSame(context, Context) ? Outer : this, loop, names);

    private static bool IsSame(object? a, object? b) =>
        a is null || b is null ? a is null && b is null : ReferenceEquals(a, b) || (a is not (object?[] or JsObject) && Js.AreEqual(a, b));
}

/// <summary>One <c>each</c> and the round that it is in.</summary>
internal sealed class Loop(Loop? outer)
{
    public Loop? Outer => outer;
    public object? Key { get; set; }
    public double Index { get; set; }
    public bool IsLast { get; set; }
}

/// <summary>Names that a block gives to its values.</summary>
internal sealed record GivenNames(IReadOnlyList<string> Names, IReadOnlyList<object?> Values, GivenNames? Outer)
{
    public bool TryGet(string name, out object? value)
    {
        for (var names = this; names is not null; names = names.Outer)
        {
            for (var i = 0; i < names.Names.Count; i++)
            {
                if (names.Names[i] != name)
                    continue;
                value = i < names.Values.Count ? names.Values[i] : null;
                return true;
            }
        }
        value = null;
        return false;
    }
}
