using System.Reflection;
using System.Text.Json.Nodes;

namespace ScaiSend.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document: the families' files beside this one put together, and completed with what follows from each operation's access rule.</summary>
public static class ApiDocument
{
    private const string Frame = "openapi.json";

    /// <summary>The families, in the order in which a reader meets them.</summary>
    private static readonly string[] Families =
    [
        "mail.json",
        "batches.json",
        "events.json",
        "messages.json",
        "templates.json",
        "suppressions.json",
        "tracking.json",
        "erasure.json",
        "images.json",
        "webhooks.json",
        "stats.json",
        "auth.json",
        "api_keys.json",
        "domains.json",
        "tenant_settings.json",
        "hierarchy.json",
        "admin.json",
        "policy.json",
        "scaikey.json",
        "health.json",
    ];

    /// <summary>Puts the document together.</summary>
    /// <exception cref="InvalidOperationException">Two files have the same path or component.</exception>
    public static JsonObject Build()
    {
        var document = Read(Frame);
        var info = document["info"]!.AsObject();
        info["description"] = string.Join('\n', info["description"]!.AsArray().Select(line => line!.GetValue<string>()));
        info["version"] = typeof(ApiDocument).Assembly.GetName().Version!.ToString(fieldCount: 3);
        foreach (var family in Families.Select(Read))
            Add(document, family);
        foreach (var (path, operation) in Operations(document))
            OperationRules.Complete(path, operation);
        return document;
    }

    /// <summary>Every operation with its path.</summary>
    public static IEnumerable<(string Path, JsonObject Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from member in path.Value!.AsObject()
        where member.Key != "parameters"
        select (path.Key, member.Value!.AsObject());

    private static JsonObject Read(string name)
    {
        using var file =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"ScaiSend.Api.OpenApi.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded");
        return JsonNode.Parse(file)!.AsObject();
    }

    private static void Add(JsonObject document, JsonObject family)
    {
        foreach (var tag in family["tags"]!.AsArray())
            document["tags"]!.AsArray().Add(tag!.DeepClone());
        Move(family["paths"]!.AsObject(), document["paths"]!.AsObject());
        if (family["components"] is not JsonObject components)
            return;
        foreach (var (kind, members) in components)
        {
            var known = document["components"]!.AsObject();
            if (!known.ContainsKey(kind))
                known[kind] = new JsonObject();
            Move(members!.AsObject(), known[kind]!.AsObject());
        }
    }

    private static void Move(JsonObject from, JsonObject to)
    {
        foreach (var (name, value) in from)
        {
            if (!to.TryAdd(name, value!.DeepClone()))
                throw new InvalidOperationException($"{name} is described twice");
        }
    }
}
