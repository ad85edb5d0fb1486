using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using ScaiSend.IntegrationTests.Rules.Repository;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>SendGrid's own OpenAPI files (MIT; <c>spec/</c>), as far as we have their operations.</summary>
internal sealed partial class SendGridSpec
{
    private static readonly string[] Files =
    [
        "tsg_mail_v3.json",
        "tsg_scheduled_sends_v3.json",
        "tsg_templates_v3.json",
        "tsg_api_keys_v3.json",
        "tsg_scopes_v3.json",
        "tsg_suppressions_v3.json",
        "tsg_tracking_settings_v3.json",
        "tsg_webhooks_v3.json",
        "event_webhook_without_ids.json",
        "tsg_stats_v3.json",
        "tsg_recipients_data_erasure_v3.json",
    ];

    private readonly Dictionary<string, (JsonObject File, JsonObject Operation)> _operations = [];

    public SendGridSpec()
    {
        foreach (var name in Files)
        {
            var file = JsonNode.Parse(RepositoryFiles.Read($"ScaiSend.IntegrationTests/SendGridCompatibility/spec/{name}"))!.AsObject();
            foreach (var (path, members) in file["paths"]!.AsObject())
            foreach (var (method, operation) in members!.AsObject().Where(it => it.Value is JsonObject { } o && o.ContainsKey("responses")))
                _operations[Key(method, path)] = (file, operation!.AsObject());
        }
    }

    /// <summary>Whether SendGrid has the operation; what its parameters are called does not matter.</summary>
    public bool Has(string method, string path) => _operations.ContainsKey(Key(method, path));

    /// <summary>The operations, as <c>GET /v3/things/{}</c>.</summary>
    public IEnumerable<string> Operations => _operations.Keys;

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    public string? Wrong(string method, string path, int status, string text)
    {
        var (file, operation) = _operations[Key(method, path)];
        if (operation["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is not { } unresolved)
            return $"SendGrid does not answer {status}";
        if (Resolve(file, unresolved)["content"]?["application/json"]?["schema"] is not { } schema)
            return text.Length == 0 || text == "{}" ? null : "SendGrid answers nothing";
        if (text.Length == 0)
            return "SendGrid answers something";
        var value = JsonNode.Parse(text);
        return Missing(file, schema, value, "", Key(method, path)) ?? Invalid(file, schema, text);
    }

    private static string? Invalid(JsonObject file, JsonNode schema, string text)
    {
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$ref"] = "#/$defs/(this)",
            ["$defs"] = file["components"]!["schemas"]!.DeepClone(),
        };
        root["$defs"]!["(this)"] = schema.DeepClone();
        var local = root.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var compiled = JsonSchema.FromText(local, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        using var document = JsonDocument.Parse(text);
        var result = compiled.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? null
            : string.Join(
                "; ",
                (result.Details ?? [])
                    .Where(it => it.Errors is not null)
                    .Select(it => $"{it.InstanceLocation}: {string.Join(", ", it.Errors!.Values)}")
            );
    }

    // The files name hardly anything as required, so an empty object would do; clients may read every member that is described.
    private static string? Missing(JsonObject file, JsonNode unresolved, JsonNode? value, string at, string operation)
    {
        var schema = Resolve(file, unresolved);
        if (value is JsonArray items && schema["items"] is { } item)
            return items.Select((it, i) => Missing(file, item, it, $"{at}/{i}", operation)).FirstOrDefault(it => it is not null);
        if (value is not JsonObject members)
            return null;
        var parts = (schema["allOf"]?.AsArray() ?? []).Select(it => Resolve(file, it!)).Append(schema);
        foreach (var (name, member) in parts.SelectMany(it => it["properties"]?.AsObject().ToList() ?? []))
        {
            if (!members.ContainsKey(name) && !Unneeded.ContainsKey(name) && !Unneeded.ContainsKey($"{operation} {name}"))
                return $"{at}/{name} is missing";
            if (members[name] is { } inner && Missing(file, member!, inner, $"{at}/{name}", operation) is { } missing)
                return missing;
        }
        return null;
    }

    // Described members that no answer needs to have, and why.
    private static readonly Dictionary<string, string> Unneeded = new()
    {
        ["warnings"] = "only where there are warnings",
        ["warning"] = "only where there are warnings",
        ["thumbnail_url"] = "there are no thumbnails of templates",
        ["user_id"] = "SendGrid's own number of an account",
        ["prev"] = "only on later pages",
        ["next"] = "only where there is a next page",
        ["GET /v3/user/webhooks/event/settings/all public_key"] = "only where posts are signed",
        ["GET /v3/user/webhooks/event/settings/{} public_key"] = "only where posts are signed",
        ["GET /v3/templates html_content"] = "lists come without contents",
        ["GET /v3/templates plain_content"] = "lists come without contents",
        ["GET /v3/templates test_data"] = "lists come without contents",
        ["GET /v3/api_keys/{} result"] = "one object, as SendGrid really answers; its file has a list",
        ["GET /v3/templates result"] = "without page_size the older envelope comes, which clients read",
        ["GET /v3/templates _metadata"] = "without page_size the older envelope comes, which clients read",
    };

    private static JsonNode Resolve(JsonObject file, JsonNode node)
    {
        while (node["$ref"]?.GetValue<string>() is { } reference)
            node = reference.Split('/').Skip(1).Aggregate((JsonNode)file, (at, step) => at[step]!);
        return node;
    }

    private static string Key(string method, string path) => $"{method.ToUpperInvariant()} {Parameter().Replace(path, "{}")}";

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
