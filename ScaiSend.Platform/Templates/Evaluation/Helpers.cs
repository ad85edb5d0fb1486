using System.Collections.Frozen;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>The helpers that templates can use: those of Handlebars that need no code, and SendGrid's.</summary>
internal static class Helpers
{
    private const int Most = 100;
    private const string DefaultPrefix = "default=";

    public static FrozenDictionary<string, Helper> Table { get; } =
        new Dictionary<string, Helper>
        {
            ["if"] = Question(1, 1, a => !Js.IsFalsy(a[0]) || IsCountedZero(a), isValue: false, asksForMissing: true),
            ["unless"] = Question(1, 1, a => Js.IsFalsy(a[0]) && !IsCountedZero(a), isValue: false, asksForMissing: true),
            ["equals"] = Question(2, 2, a => Js.AreEqual(a[0], a[1])),
            ["notEquals"] = Question(2, 2, a => !Js.AreEqual(a[0], a[1])),
            ["greaterThan"] = Question(2, 2, a => Js.Number(a[0]) > Js.Number(a[1])),
            ["lessThan"] = Question(2, 2, a => Js.Number(a[0]) < Js.Number(a[1])),
            ["and"] = Question(2, Most, a => !a.Values.Any(Js.IsFalsy), asksForMissing: true),
            ["or"] = Question(2, Most, a => !a.Values.All(Js.IsFalsy), asksForMissing: true),
            ["each"] = new Helper(1, 1, BlockUse.Loop, false, false, a => a[0]),
            ["with"] = new Helper(1, 1, BlockUse.Context, false, false, a => a[0]),
            ["length"] = Value(1, 1, a => a[0] is string or object?[] && Js.TryGet(a[0], "length", out var length) ? length : 0.0),
            ["insert"] = Value(1, 2, Insert, asksForMissing: true),
            ["formatDate"] = Value(2, 3, a => DateFormat.Print(a)),
            ["lookup"] = Value(2, 2, a => Js.TryGet(a[0], a.Run.Print(a[1]), out var property) ? property : null),
            ["log"] = Value(1, Most, _ => null, asksForMissing: true),
        }.ToFrozenDictionary();

    private static Helper Question(
        int min,
        int max,
        Func<HelperArguments, bool> answer,
        bool isValue = true,
        bool asksForMissing = false
    ) => new(min, max, BlockUse.Condition, isValue, asksForMissing, a => answer(a));

    private static Helper Value(int min, int max, Func<HelperArguments, object?> value, bool asksForMissing = false) =>
        new(min, max, BlockUse.None, true, asksForMissing, value);

    private static bool IsCountedZero(HelperArguments arguments) =>
        arguments[0] is 0.0 && arguments.Named.TryGetValue("includeZero", out var counts) && !Js.IsFalsy(counts);

    // The default is written as "default=Customer", as "Customer", or as default="Customer".
    private static object? Insert(HelperArguments arguments)
    {
        if (!Js.IsEmpty(arguments[0]) || arguments[0] is false)
            return arguments[0];
        if (arguments.Named.TryGetValue("default", out var named))
            return named;
        return arguments[1] is string text && text.StartsWith(DefaultPrefix, StringComparison.Ordinal)
            ? text[DefaultPrefix.Length..]
            : arguments[1];
    }
}
