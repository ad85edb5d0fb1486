using System.Text.Json;

namespace ScaiSend.Api.Console.Audit;

/// <summary>One thing that a change made different.</summary>
/// <param name="Name">As in the API; of an inner thing with dots.</param>
/// <param name="Before">Null: it was not there.</param>
/// <param name="After">Null: it is not there any more.</param>
public sealed record Difference(string Name, string? Before, string? After);

/// <summary>What is different between two states of a thing, as the audit log keeps them. Pure.</summary>
public static class Differences
{
    private const int MaxDepth = 8;

    /// <param name="before">JSON, or null where there was nothing.</param>
    /// <param name="after">JSON, or null where there is nothing.</param>
    public static IReadOnlyList<Difference> Between(string? before, string? after)
    {
        var (was, now) = (Flat(before), Flat(after));
        return
        [
            .. from name in was.Keys.Union(now.Keys)
            let one = was.GetValueOrDefault(name)
            let other = now.GetValueOrDefault(name)
            where one != other
            select new Difference(name, one, other),
        ];
    }

    /// <summary>What an entry is about: names and values.</summary>
    public static IReadOnlyDictionary<string, string?> Flat(string? json)
    {
        var values = new Dictionary<string, string?>();
        if (json is not null)
            Add(values, "", JsonElement.Parse(json), MaxDepth);
        return values;
    }

    private static void Add(Dictionary<string, string?> values, string name, JsonElement value, int depth)
    {
        if (value.ValueKind == JsonValueKind.Object && depth > 0)
            foreach (var field in value.EnumerateObject())
                Add(values, name.Length == 0 ? field.Name : $"{name}.{field.Name}", field.Value, depth - 1);
        else
            values[name] = Text(value);
    }

    private static string? Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(item => Text(item) ?? "nothing")),
            _ => value.GetRawText(),
        };
}
