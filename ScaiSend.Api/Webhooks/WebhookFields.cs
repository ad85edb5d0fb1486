using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>The fields of a request about one of our own webhooks; null is what was not given.</summary>
/// <param name="Events">As they are stored: separated by blanks, or <c>*</c>.</param>
public sealed record WebhookFields(string? Url, string? Events, bool? IsEnabled, OAuthFields OAuth)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxEvents = 100;

    /// <summary>All events, also those of types to come.</summary>
    public const string All = "*";

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

    /// <summary>A new webhook with what was given, unless that is not enough.</summary>
    /// <param name="secret">What its posts are signed with.</param>
    public (WebhookChange Change, WebhookEndpoint Webhook) Make(Guid tenantId, string secret, SecretBox secrets, WebhookTerms terms)
    {
        var now = terms.Now;
        var webhook = new WebhookEndpoint
        {
            Id = Ids.New(terms.Time),
            TenantId = tenantId,
            Kind = WebhookKind.Single,
            Url = "",
            Events = "",
            IsEnabled = true,
            SealedSecret = SigningSecret.Seal(secret, secrets),
            CreatedAt = now,
        };
        return (Apply(webhook, secrets, now), webhook);
    }

    /// <summary>Gives the webhook what was given.</summary>
    public WebhookChange Apply(WebhookEndpoint webhook, SecretBox secrets, DateTimeOffset now)
    {
        webhook.Url = Url ?? webhook.Url;
        webhook.Events = Events ?? webhook.Events;
        webhook.Enable(IsEnabled);
        webhook.UpdatedAt = now;
        return OAuth.Apply(webhook, secrets) ? WebhookChange.Done : WebhookChange.HalfOfOAuth;
    }

    /// <summary>Types of events as they are stored.</summary>
    public static string Write(IEnumerable<string> types) => string.Join(' ', EventTypes.All.Intersect(types));

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
        return Write(events);
    }
}
