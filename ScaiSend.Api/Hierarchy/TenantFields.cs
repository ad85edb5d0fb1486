using System.Text;
using System.Text.Json;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Hierarchy;

/// <summary>What a request changes about a tenant.</summary>
/// <param name="Name">Null: not given. The same for the next.</param>
/// <param name="Settings">JSON object.</param>
/// <param name="Columns">Columns of its settings that the request names; null for the instance's default.</param>
public sealed record TenantFields(string? Name, string? Settings, IReadOnlyDictionary<string, object?> Columns)
{
    public const int MaxName = 255;
    public const int MaxSettings = 16 * 1024;

    /// <summary>The settings at their limit, each character as a JSON escape, and the rest.</summary>
    public const int MaxBody = 128 * 1024;

    /// <summary>Rates are 1 to this, as in the settings of the installation.</summary>
    public const int MaxRate = 1_000_000;

    public static readonly string[] Limits = ["mail_send_per_second", "messages_per_second", "others_per_second"];
    public static readonly string[] Retention = ["keep_bodies_days", "keep_events_days", "keep_deliveries_days"];

    /// <summary>Whether it sets limits, which is nothing for the tenant's own people.</summary>
    public bool SetsLimits => Limits.Any(Columns.ContainsKey);

    /// <summary>The fields. What is wrong is noted in the body.</summary>
    public static TenantFields Read(BodyFields body)
    {
        var columns = new Dictionary<string, object?>();
        ReadNumbers(body, "limits", Limits, MaxRate, columns);
        ReadNumbers(body, "retention", Retention, Admin.TenantSettingsEndpoints.MaxDays, columns);
        return new TenantFields(body.Name("name", MaxName), ReadSettings(body), columns);
    }

    /// <summary>The JSON object <c>settings</c> as it is stored; null when it is absent or wrong.</summary>
    public static string? ReadSettings(BodyFields body)
    {
        if (!body.Has("settings"))
            return null;
        var settings = body.Root.GetProperty("settings");
        if (settings.ValueKind != JsonValueKind.Object)
            body.Refuse("settings", "must be an object", "type_error");
        else if (Encoding.UTF8.GetByteCount(settings.GetRawText()) > MaxSettings)
            body.Refuse("settings", $"must have at most {MaxSettings} bytes");
        return settings.GetRawText();
    }

    /// <summary>Stored JSON as it is shown.</summary>
    public static JsonElement? Json(string? stored) => stored is null ? null : JsonElement.Parse(stored);

    private static void ReadNumbers(BodyFields body, string name, string[] known, int max, Dictionary<string, object?> columns)
    {
        if (!body.Has(name))
            return;
        var given = body.Root.GetProperty(name);
        if (given.ValueKind != JsonValueKind.Object)
        {
            body.Refuse(name, "must be an object", "type_error");
            return;
        }
        foreach (var field in given.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                body.Refuse($"{name}.{field.Name}", $"is no field of {name}; there are {string.Join(", ", known)}");
            else if (field.Value.ValueKind == JsonValueKind.Null)
                columns[field.Name] = null;
            else if (
                field.Value.ValueKind == JsonValueKind.Number
                && field.Value.TryGetInt32(out var number)
                && number >= 1
                && number <= max
            )
                columns[field.Name] = number;
            else
                body.Refuse($"{name}.{field.Name}", $"must be a whole number from 1 to {max}, or null for the default");
        }
    }
}
