using System.Globalization;
using System.Text.Json;

namespace ScaiSend.Api.ScaiKey;

/// <summary>News in a shape that cannot be taken; the text says what is wrong.</summary>
public sealed class NewsException(string message) : Exception(message);

/// <summary>Reads what ScaiKey says of a thing: an event's <c>data</c>, or an item of a listing. Fields that it does not know are passed over.</summary>
internal static class NewsReader
{
    /// <summary>Most members of a group.</summary>
    public const int MaxMembers = 100_000;

    private const int LongestId = 64;

    // The fields that are mirrored, and how long they may be.
    private static readonly Dictionary<ScaiKeyKind, (string Name, int Longest)[]> Fields = new()
    {
        [ScaiKeyKind.Partner] = [("name", 255), ("slug", 64)],
        [ScaiKeyKind.Tenant] = [("name", 255), ("slug", 64), ("partner_id", LongestId)],
        [ScaiKeyKind.User] =
        [
            ("email", 320),
            ("first_name", 255),
            ("last_name", 255),
            ("display_name", 255),
            ("tenant_id", LongestId),
            ("partner_id", LongestId),
        ],
        [ScaiKeyKind.Group] = [("name", 255), ("tenant_id", LongestId)],
    };

    /// <summary>The state of a thing.</summary>
    /// <param name="data">A JSON object.</param>
    public static ScaiKeyNews State(ScaiKeyKind kind, string id, DateTimeOffset at, JsonElement data)
    {
        var fields = new Dictionary<string, string?>();
        foreach (var (name, longest) in Fields[kind])
        {
            if (data.TryGetProperty(name, out _))
                fields[name] = name.EndsWith("_id", StringComparison.Ordinal) ? OptionalId(data, name) : Text(data, name, longest);
        }
        // What a thing cannot be without is never emptied.
        foreach (var name in (string[])["name", "slug", "email"])
        {
            if (fields.TryGetValue(name, out var text) && string.IsNullOrWhiteSpace(text))
                fields.Remove(name);
        }
        return new ScaiKeyNews(kind, id, at)
        {
            Fields = fields,
            IsSuspended = kind is ScaiKeyKind.Tenant or ScaiKeyKind.User ? IsSuspended(data) : null,
            Members = kind == ScaiKeyKind.Group ? Ids(data, "members") : null,
            Groups = kind == ScaiKeyKind.Group ? Ids(data, "groups") : null,
        };
    }

    /// <summary>An id that must be there.</summary>
    public static string Id(JsonElement parent, string name) => OptionalId(parent, name) ?? throw new NewsException($"{name} is missing");

    /// <summary>An id; null when it is not there.</summary>
    public static string? OptionalId(JsonElement parent, string name) =>
        Text(parent, name, LongestId) is not { Length: > 0 } text ? null
        : IsId(text) ? text
        : throw new NewsException(
            $"{name} is no id: 1 to {LongestId} letters, digits and any of - _ . :, and not like those of this installation"
        );

    /// <summary>A text of so many characters; null when it is not there.</summary>
    public static string? Text(JsonElement parent, string name, int longest)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw new NewsException($"{name} is not a string");
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new NewsException($"{name} is not valid Unicode");
        }
        return text.Length <= longest ? text : throw new NewsException($"{name} has more than {longest} characters");
    }

    /// <summary>A moment that must be there.</summary>
    public static DateTimeOffset Moment(JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds))
            return seconds is >= 0 and < 253402300800
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new NewsException($"{name} is out of range");
        return
            DateTimeOffset.TryParse(Text(parent, name, 64), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && moment >= DateTimeOffset.UnixEpoch
            ? DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds())
            : throw new NewsException($"{name} is not a moment in ISO 8601");
    }

    // Other words than these two are about ScaiKey's own matters; what is known stays as it is.
    private static bool? IsSuspended(JsonElement data) =>
        Text(data, "status", LongestId)?.ToUpperInvariant() switch
        {
            "SUSPENDED" => true,
            "ACTIVE" => false,
            _ => null,
        };

    private static List<string>? Ids(JsonElement data, string name)
    {
        if (!data.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw new NewsException($"{name} is not an array");
        if (value.GetArrayLength() > MaxMembers)
            throw new NewsException($"{name} has more than {MaxMembers} items");
        return [.. value.EnumerateArray().Select(item => IdOf(item, name)).Distinct(StringComparer.Ordinal)];
    }

    // An id, or an object that has one.
    private static string IdOf(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object ? Id(item, "id")
        : item.ValueKind == JsonValueKind.String && item.ToString() is var text && IsId(text) ? text
        : throw new NewsException($"{name} has an item that is no id");

    private static bool IsId(string text) =>
        text.Length is > 0 and <= LongestId
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
        && !Own.Any(prefix => Contracts.Ids.TryRead(prefix, text, out _));

    // Things of ours are found by both ids: one of ScaiKey's must never be taken for one of ours.
    private static readonly string[] Own = [Contracts.Ids.Partner, Contracts.Ids.Tenant, Contracts.Ids.User, Contracts.Ids.Group];
}
