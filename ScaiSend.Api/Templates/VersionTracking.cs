using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Templates;

/// <summary>
/// The <c>tracking_settings</c> of a version: in the shape of those of a request, which go before them, as they go before the tenant's. Ours; SendGrid's
/// versions have none. What is given replaces what was there, and an empty object takes it away.
/// </summary>
internal static class VersionTracking
{
    private const string Name = "tracking_settings";
    private const int MaxContent = 10_000;
    private const int MaxTag = 100;
    private const int MaxParameter = 255;

    private static readonly Dictionary<string, Dictionary<string, int?>> Settings = new()
    {
        // Null: a flag. Otherwise a text, and its greatest length.
        ["click_tracking"] = new() { ["enable"] = null, ["enable_text"] = null },
        ["open_tracking"] = new() { ["enable"] = null, ["substitution_tag"] = MaxTag },
        ["subscription_tracking"] = new()
        {
            ["enable"] = null,
            ["text"] = MaxContent,
            ["html"] = MaxContent,
            ["substitution_tag"] = MaxTag,
        },
        ["ganalytics"] = new()
        {
            ["enable"] = null,
            ["utm_source"] = MaxParameter,
            ["utm_medium"] = MaxParameter,
            ["utm_term"] = MaxParameter,
            ["utm_content"] = MaxParameter,
            ["utm_campaign"] = MaxParameter,
        },
    };

    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings as JSON; empty when none are left, null when none were given.</summary>
    public static string? Read(BodyFields body)
    {
        if (!body.Has(Name))
            return null;
        var given = body.Root.GetProperty(Name);
        if (given.ValueKind != JsonValueKind.Object)
        {
            body.Refuse(Name, "must be an object", "type_error");
            return null;
        }
        var kept = new JsonObject();
        foreach (var setting in given.EnumerateObject().Where(setting => setting.Value.ValueKind != JsonValueKind.Null))
            if (ReadSetting(body, setting) is { Count: > 0 } fields)
                kept[setting.Name] = fields;
        return kept.Count == 0 ? "" : kept.ToJsonString(Short);
    }

    /// <summary>What is stored of what was read.</summary>
    public static string? Stored(string read) => read.Length == 0 ? null : read;

    /// <summary>As it is shown: an object always.</summary>
    public static JsonNode Show(string? stored) => stored is null ? new JsonObject() : JsonNode.Parse(stored)!;

    private static JsonObject? ReadSetting(BodyFields body, JsonProperty setting)
    {
        if (!Settings.TryGetValue(setting.Name, out var rules))
            return Refuse(body, setting.Name, $"is no tracking setting; there are {string.Join(", ", Settings.Keys)}");
        if (setting.Value.ValueKind != JsonValueKind.Object)
            return Refuse(body, setting.Name, "must be an object", "type_error");
        var kept = new JsonObject();
        foreach (var field in setting.Value.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null))
        {
            var name = $"{setting.Name}.{field.Name}";
            if (!rules.TryGetValue(field.Name, out var max))
                Refuse(body, name, $"is no field of this setting; there are {string.Join(", ", rules.Keys)}");
            else if (max is null ? IsFlag(body, name, field.Value) : IsText(body, name, field.Value, max.Value))
                kept[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }
        return kept;
    }

    private static bool IsFlag(BodyFields body, string name, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return true;
        Refuse(body, name, "must be true or false", "type_error");
        return false;
    }

    private static bool IsText(BodyFields body, string name, JsonElement value, int max)
    {
        if (value.ValueKind != JsonValueKind.String)
            Refuse(body, name, "must be a string", "type_error");
        else if (!IsUnicode(value, out var length))
            Refuse(body, name, "must be valid Unicode");
        else if (length > max)
            Refuse(body, name, $"must have at most {max} characters");
        else
            return true;
        return false;
    }

    // A lone surrogate passes the grammar, yet is no text.
    private static bool IsUnicode(JsonElement value, out int length)
    {
        length = 0;
        try
        {
            length = value.GetString()!.Length;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static JsonObject? Refuse(BodyFields body, string name, string message, string type = "value_error")
    {
        body.Refuse($"{Name}.{name}", message, type);
        return null;
    }
}
