using ScaiSend.Platform.Templates.Language;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>Where a helper is called.</summary>
internal enum HelperUse
{
    /// <summary><c>{{helper …}}</c></summary>
    Value,

    /// <summary><c>(helper …)</c></summary>
    Inner,

    /// <summary><c>{{#helper …}}</c></summary>
    Block,
}

/// <summary>What a block helper does with its body.</summary>
internal enum BlockUse
{
    None,

    /// <summary>The helper's value decides between the body and its else.</summary>
    Condition,

    /// <summary>The body works with the helper's value.</summary>
    Context,

    /// <summary>The body works with each of the helper's values.</summary>
    Loop,
}

/// <summary>One helper: what it takes, and its value.</summary>
/// <param name="IsValue">Can stand where a value can.</param>
/// <param name="AsksForMissing">Takes a missing argument as an answer, so that nobody need be told that it is missing.</param>
internal sealed record Helper(
    int MinArguments,
    int MaxArguments,
    BlockUse Block,
    bool IsValue,
    bool AsksForMissing,
    Func<HelperArguments, object?> Value
)
{
    /// <summary>Refuses a use that the helper is not made for.</summary>
    public void Check(string name, int at, int arguments, HelperUse use)
    {
        if (use == HelperUse.Block ? Block == BlockUse.None : !IsValue)
            throw new TemplateSyntaxException(
                at,
                use == HelperUse.Block
                    ? $"'{name}' is no block: write {{{{{name} …}}}} without '#'"
                    : $"'{name}' is a block: write {{{{#{name} …}}}} … {{{{/{name}}}}}"
            );
        if (arguments >= MinArguments && arguments <= MaxArguments)
            return;
        var wanted = MinArguments == MaxArguments ? $"{MinArguments}" : $"{MinArguments} to {MaxArguments}";
        throw new TemplateSyntaxException(at, $"'{name}' takes {wanted} argument{(MaxArguments == 1 ? "" : "s")}, not {arguments}");
    }
}

/// <summary>The arguments of one call.</summary>
/// <param name="Named">From <c>name=value</c>.</param>
internal sealed record HelperArguments(Run Run, HelperCall Call, object?[] Values, IReadOnlyDictionary<string, object?> Named)
{
    public object? this[int i] => i < Values.Length ? Values[i] : null;
}
