using System.Text.Json;

namespace ScaiSend.Api.ScaiKey;

/// <summary>A message of ScaiKey's webhook (contract §13), read.</summary>
/// <param name="News">What it says; null when it changes nothing here.</param>
/// <param name="IsKnown">Whether its type is one that we know.</param>
/// <param name="Trouble">Why it cannot be taken; null when it can.</param>
internal sealed record ScaiKeyEvent(string? Id, string Type, ScaiKeyNews? News, bool IsKnown, string? Trouble)
{
    private const int LongestType = 64;
    private const int LongestEventId = 128;

    // What they are about is ScaiKey's alone.
    private static readonly string[] WithoutEffect = ["user.password_", "user.mfa_", "user.login", "user.logout", "application."];

    /// <summary>Reads a body whose signature is right. It never throws.</summary>
    public static ScaiKeyEvent Read(ReadOnlyMemory<byte> body)
    {
        string? id = null;
        var type = "";
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new NewsException("The body is not a JSON object");
            id = NewsReader.Text(root, "event_id", LongestEventId) is { Length: > 0 } text
                ? text
                : throw new NewsException("event_id is missing");
            type = NewsReader.Text(root, "event_type", LongestType) ?? throw new NewsException("event_type is missing");
            if (WithoutEffect.Any(known => type.StartsWith(known, StringComparison.Ordinal)))
                return new ScaiKeyEvent(id, type, null, IsKnown: true, null);
            var news = Said(type, root);
            return new ScaiKeyEvent(id, type, news, IsKnown: news is not null, null);
        }
        // A name or a text with half of a surrogate pair passes the grammar, yet cannot be read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new ScaiKeyEvent(id, type, null, IsKnown: true, "The body is not valid JSON");
        }
        catch (NewsException e)
        {
            return new ScaiKeyEvent(id, type, null, IsKnown: true, e.Message);
        }
    }

    private static ScaiKeyNews? Said(string type, JsonElement root)
    {
        if (type.Split('.') is not [var about, var what] || KindOf(about) is not { } kind)
            return null;
        return (kind, what) switch
        {
            (_, "created") => State(kind, root, isSuspended: kind is ScaiKeyKind.Tenant or ScaiKeyKind.User ? false : null),
            (_, "updated") => State(kind, root, isSuspended: null),
            (_, "deleted") => new ScaiKeyNews(kind, ThingId(root), At(root)) { IsDeleted = true },
            (ScaiKeyKind.User, "suspended") => State(kind, root, null) with { IsSuspended = true },
            (ScaiKeyKind.User, "activated") => State(kind, root, null) with { IsSuspended = false },
            (ScaiKeyKind.Group, "member_added") => Member(root, isIn: true),
            (ScaiKeyKind.Group, "member_removed") => Member(root, isIn: false),
            _ => null,
        };
    }

    private static ScaiKeyKind? KindOf(string word) =>
        word switch
        {
            "partner" => ScaiKeyKind.Partner,
            "tenant" => ScaiKeyKind.Tenant,
            "user" => ScaiKeyKind.User,
            "group" => ScaiKeyKind.Group,
            _ => null,
        };

    // Whose it is may be said beside the data instead of in them.
    private static ScaiKeyNews State(ScaiKeyKind kind, JsonElement root, bool? isSuspended)
    {
        var news = NewsReader.State(kind, ThingId(root), At(root), Data(root));
        var fields = new Dictionary<string, string?>(news.Fields);
        if (kind is ScaiKeyKind.User or ScaiKeyKind.Group && NewsReader.OptionalId(root, "tenant_id") is { } tenant)
            fields.TryAdd("tenant_id", tenant);
        if (kind is ScaiKeyKind.User or ScaiKeyKind.Tenant && NewsReader.OptionalId(root, "partner_id") is { } partner)
            fields.TryAdd("partner_id", partner);
        return news with { Fields = fields, IsSuspended = news.IsSuspended ?? isSuspended };
    }

    private static ScaiKeyNews Member(JsonElement root, bool isIn)
    {
        var data = Data(root);
        var isGroup = NewsReader.Text(data, "member_type", 16) == "group";
        var member = NewsReader.OptionalId(data, "user_id") ?? NewsReader.Id(data, "member_id");
        var tenant = NewsReader.OptionalId(data, "tenant_id") ?? NewsReader.OptionalId(root, "tenant_id");
        return new ScaiKeyNews(ScaiKeyKind.Group, ThingId(root), At(root))
        {
            Fields = tenant is null ? new Dictionary<string, string?>() : new Dictionary<string, string?> { ["tenant_id"] = tenant },
            Member = new MemberNews(member, isGroup, isIn),
        };
    }

    private static string ThingId(JsonElement root) =>
        root.TryGetProperty("resource", out var resource) && resource.ValueKind == JsonValueKind.Object
            ? NewsReader.Id(resource, "id")
            : throw new NewsException("resource is missing");

    private static JsonElement Data(JsonElement root) =>
        !root.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null ? NoData
        : data.ValueKind == JsonValueKind.Object ? data
        : throw new NewsException("data is not an object");

    private static readonly JsonElement NoData = JsonSerializer.SerializeToElement(new { });

    private static DateTimeOffset At(JsonElement root) => NewsReader.Moment(root, "timestamp");
}
