using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>A body that keeps to a documented limit just so, or breaks one rule of the schema.</summary>
/// <param name="Rule">Which, such as <c>subject maxLength</c>.</param>
public sealed record ChangedBody(string Rule, JsonNode Body);

/// <summary>Makes, from a good body and its schema, a body for each rule of the schema: one at the limit, and one beyond it.</summary>
public sealed class BrokenBodies(DescribedApi api, JsonNode schema, JsonNode body)
{
    private readonly List<ChangedBody> _broken = [];
    private readonly List<ChangedBody> _atLimit = [];

    public IReadOnlyList<ChangedBody> Broken => _broken;

    public IReadOnlyList<ChangedBody> AtLimit => _atLimit;

    public BrokenBodies Make()
    {
        Walk(schema, body, []);
        return this;
    }

    private void Walk(JsonNode unresolved, JsonNode? value, string[] path)
    {
        var rules = api.Resolve(unresolved);
        if (value is null)
            return;
        if (path.Length > 0 && Types(rules) is { Length: > 0 } types)
            BreakKind(path, types);
        switch (value)
        {
            case JsonObject members:
                WalkObject(rules, members, path);
                break;
            case JsonArray items:
                WalkArray(rules, items, path);
                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                BreakText(rules, text.GetValue<string>(), path);
                break;
            case JsonValue number when number.GetValueKind() == JsonValueKind.Number:
                BreakNumber(rules, path);
                break;
        }
    }

    private void WalkObject(JsonNode rules, JsonObject members, string[] path)
    {
        foreach (var name in rules["required"]?.AsArray().Select(it => it!.GetValue<string>()) ?? [])
            _broken.Add(new ChangedBody(Name([.. path, name], "required"), Changed([.. path, name], null, remove: true)));
        foreach (var (name, value) in members)
        {
            if (rules["properties"]?[name] is { } known)
                Walk(known, value, [.. path, name]);
            else if (rules["additionalProperties"] is JsonObject others)
                Walk(others, value, [.. path, name]);
        }
    }

    private void WalkArray(JsonNode rules, JsonArray items, string[] path)
    {
        if (rules["minItems"] is { } least && least.GetValue<int>() > 0)
            _broken.Add(new ChangedBody(Name(path, "minItems"), Changed(path, new JsonArray())));
        if (items.Count == 0)
            return;
        if (rules["maxItems"] is { } most)
        {
            _atLimit.Add(new ChangedBody(Name(path, "maxItems"), Changed(path, Many(items[0]!, most.GetValue<int>()))));
            _broken.Add(new ChangedBody(Name(path, "maxItems"), Changed(path, Many(items[0]!, most.GetValue<int>() + 1))));
        }
        if (rules["uniqueItems"]?.GetValue<bool>() == true)
            _broken.Add(
                new ChangedBody(Name(path, "uniqueItems"), Changed(path, new JsonArray(items[0]!.DeepClone(), items[0]!.DeepClone())))
            );
        Walk(rules["items"]!, items[0], [.. path, "0"]);
    }

    private void BreakKind(string[] path, string[] types)
    {
        JsonNode?[] others = [5, "text", true, new JsonArray(), new JsonObject()];
        foreach (var other in others)
        {
            var kind = other switch
            {
                JsonArray => "array",
                JsonObject => "object",
                _ => other!.GetValueKind() switch
                {
                    JsonValueKind.Number => "number",
                    JsonValueKind.String => "string",
                    _ => "boolean",
                },
            };
            if (!types.Contains(kind) && !(kind == "number" && types.Contains("integer")))
                _broken.Add(new ChangedBody(Name(path, $"type ({kind})"), Changed(path, other!.DeepClone())));
        }
    }

    private void BreakText(JsonNode rules, string text, string[] path)
    {
        if (rules["minLength"] is { } least && least.GetValue<int>() > 0)
            _broken.Add(new ChangedBody(Name(path, "minLength"), Changed(path, text[..(least.GetValue<int>() - 1)])));
        if (rules["maxLength"] is { } most)
        {
            _atLimit.Add(new ChangedBody(Name(path, "maxLength"), Changed(path, text.PadRight(most.GetValue<int>(), 'a'))));
            _broken.Add(new ChangedBody(Name(path, "maxLength"), Changed(path, text.PadRight(most.GetValue<int>() + 1, 'a'))));
        }
        if (rules["enum"] is not null)
            _broken.Add(new ChangedBody(Name(path, "enum"), Changed(path, $"{text}-or-so")));
    }

    private void BreakNumber(JsonNode rules, string[] path)
    {
        foreach (var (name, step) in (ReadOnlySpan<(string, int)>)[("minimum", -1), ("maximum", 1)])
        {
            if (rules[name] is not { } limit)
                continue;
            _atLimit.Add(new ChangedBody(Name(path, name), Changed(path, limit.GetValue<int>())));
            _broken.Add(new ChangedBody(Name(path, name), Changed(path, limit.GetValue<int>() + step)));
        }
    }

    // Different texts, and different addresses, because most lists refuse the same one twice.
    private static JsonArray Many(JsonNode item, int count)
    {
        var many = new JsonArray();
        for (var i = 0; i < count; i++)
        {
            var one = item.DeepClone();
            if (one is JsonObject address && address["email"] is JsonValue email)
                address["email"] = $"n{i}-{email}";
            else if (one is JsonValue text && text.GetValueKind() == JsonValueKind.String)
                one = JsonValue.Create(i == 0 ? text.GetValue<string>() : $"{text}-{i}");
            many.Add(one);
        }
        return many;
    }

    private JsonNode Changed(string[] path, JsonNode? to, bool remove = false)
    {
        var copy = body.DeepClone();
        var at = path[..^1].Aggregate(copy, (node, step) => node is JsonArray items ? items[int.Parse(step, null)]! : node[step]!);
        if (at is JsonArray array)
            array[int.Parse(path[^1], null)] = to;
        else if (remove)
            at.AsObject().Remove(path[^1]);
        else
            at[path[^1]] = to;
        return copy;
    }

    private static string Name(string[] path, string rule) => $"{string.Join('.', path)} {rule}";

    private static string[] Types(JsonNode rules) =>
        rules["type"] switch
        {
            JsonArray several => [.. several.Select(it => it!.GetValue<string>())],
            JsonValue one => [one.GetValue<string>()],
            _ => [],
        };
}
