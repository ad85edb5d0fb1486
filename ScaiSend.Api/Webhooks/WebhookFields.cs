using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Webhooks;

/// <summary>The fields of a request about one of our own webhooks; null is what was not given.</summary>
/// <param name="Events">As they are stored: separated by blanks, or <c>*</c>.</param>
public sealed record WebhookFields(string? Url, string? Events, bool? IsEnabled, OAuthFields OAuth)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxEvents = 100;
    private const string All = "*";

    /// <summary>The fields, or what is wrong with them.</summary>
    /// <param name="isNew">A new webhook needs a URL and events.</param>
    public static async Task<(WebhookFields? Fields, IResult? Refusal)> ReadAsync(HttpContext http, bool isNew, bool allowPrivate)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var fields = new WebhookFields(
            isNew ? body.Required("url", WebhookUrl.MaxLength) : body.Text("url", WebhookUrl.MaxLength, min: 1),
            ReadEvents(body, isNew),
            body.Flag("enabled"),
            OAuthFields.Read(body, allowPrivate)
        );
        if (fields.Url is { Length: > 0 } url && WebhookUrl.Wrong(url, allowPrivate) is { } wrong)
            body.Refuse("url", wrong);
        return body.Refusal(http) is { } refusal ? (null, refusal) : (fields, null);
    }

    private static string? ReadEvents(BodyFields body, bool isNew)
    {
        const string name = "enabled_events";
        if (isNew && !body.Has(name))
            body.Refuse(name, "Field required", "missing");
        if (body.Texts(name, MaxEvents) is not { } events)
            return null;
        if (events.Count == 0)
            body.Refuse(name, """must have at least 1 item; all events are ["*"]""");
        if (events is [All])
            return All;
        for (var i = 0; i < events.Count; i++)
            if (!EventTypes.All.Contains(events[i]))
                body.Refuse($"{name}.{i}", $"must be one of {string.Join(", ", EventTypes.All)}; or the only item, *, for all");
        return string.Join(' ', EventTypes.All.Intersect(events));
    }
}
