using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>The document, as a test reads it.</summary>
public sealed class DescribedApi(JsonObject document)
{
    private static readonly EvaluationOptions Strictly = new() { RequireFormatValidation = true, OutputFormat = OutputFormat.List };

    private readonly string _definitions = Local(document["components"]!["schemas"]!);
    private readonly Dictionary<string, JsonSchema> _schemas = [];

    public JsonObject Document => document;

    public IReadOnlyList<DescribedOperation> Operations { get; } =
    [
        .. from path in document["paths"]!.AsObject()
        from member in path.Value!.AsObject()
        where member.Key != "parameters"
        select new DescribedOperation(
            path.Key,
            member.Key.ToUpperInvariant(),
            member.Value!.AsObject(),
            path.Value!["parameters"] as JsonArray
        ),
    ];

    public DescribedOperation Operation(string method, string path) => Operations.Single(it => it.Method == method && it.Path == path);

    /// <summary>All parameters of an operation.</summary>
    public IEnumerable<JsonNode> Parameters(DescribedOperation operation) =>
        (operation.PathParameters ?? []).Concat(operation.Json["parameters"]?.AsArray() ?? []).Select(it => Resolve(it!));

    /// <summary>The parameters that must be in the query, with their examples; empty when there are none.</summary>
    public string RequiredQuery(DescribedOperation operation)
    {
        var needed = Parameters(operation)
            .Where(it => it["in"]!.GetValue<string>() == "query" && it["required"]?.GetValue<bool>() == true)
            .Select(it => $"{it["name"]}={Uri.EscapeDataString(it["example"]!.GetValue<string>())}")
            .ToList();
        return needed.Count == 0 ? "" : $"?{string.Join('&', needed)}";
    }

    /// <summary>What a reference points at.</summary>
    public JsonNode Resolve(JsonNode node)
    {
        while (node["$ref"]?.GetValue<string>() is { } reference)
            node = reference.Split('/').Skip(1).Aggregate((JsonNode)document, (at, step) => at[step]!);
        return node;
    }

    /// <summary>What is wrong with a value; null when nothing is. A member that the schema does not name is wrong.</summary>
    public string? Wrong(JsonNode schema, JsonElement value)
    {
        var text = Local(schema);
        if (!_schemas.TryGetValue(text, out var compiled))
            _schemas[text] = compiled = JsonSchema.FromText(
                $"{{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$ref\":\"#/$defs/(this)\",\"$defs\":{{{_definitions[1..^1]},\"(this)\":{text}}}}}",
                new BuildOptions { SchemaRegistry = new SchemaRegistry() }
            );
        var result = compiled.Evaluate(value, Strictly);
        if (result.IsValid)
            return null;
        var details = (result.Details ?? []).Where(it => it.Errors is { Count: > 0 });
        return string.Join("; ", details.Select(it => $"{it.InstanceLocation}: {string.Join(", ", it.Errors!.Values)}")) + $" in {value}";
    }

    private static string Local(JsonNode node) =>
        Closed(node.DeepClone()).ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);

    private static JsonNode Closed(JsonNode node)
    {
        if (node is JsonObject schema)
        {
            if (schema["properties"] is JsonObject && !schema.ContainsKey("additionalProperties"))
                schema["additionalProperties"] = false;
            foreach (var (_, member) in schema)
                if (member is not null)
                    Closed(member);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                if (item is not null)
                    Closed(item);
        }
        return node;
    }
}
