using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>The fields of a request about SendGrid's event webhook; null is what was not given.</summary>
/// <param name="Switches">Those of <see cref="EventSwitches"/> that were given.</param>
public sealed record EventSettingsFields(
    string? Url,
    bool? IsEnabled,
    IReadOnlyDictionary<string, bool> Switches,
    string? FriendlyName,
    OAuthFields OAuth
)
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxName = 255;

    private const int MaxBytes = 64 * 1024;

    /// <summary>The fields, or what is wrong with them.</summary>
    public static async Task<(EventSettingsFields? Fields, IResult? Refusal)> ReadAsync(HttpContext http, bool needsUrl, bool allowPrivate)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var switches = EventSwitches
            .All.Keys.Select(name => (Name: name, IsOn: body.Flag(name)))
            .Where(it => it.IsOn is not null)
            .ToDictionary(it => it.Name, it => it.IsOn!.Value);
        var fields = new EventSettingsFields(
            ReadUrl(http, body, needsUrl, allowPrivate),
            body.Flag("enabled"),
            switches,
            body.Text("friendly_name", MaxName),
            OAuthFields.Read(body, allowPrivate)
        );
        return body.Refusal(http) is { } refusal ? (null, refusal) : (fields, null);
    }

    /// <summary>The URL of a body. What is wrong with it is said in SendGrid's words in its dialect.</summary>
    public static string? ReadUrl(HttpContext http, BodyFields body, bool isNeeded, bool allowPrivate)
    {
        var url = isNeeded ? body.Required("url", WebhookUrl.MaxLength) : body.Text("url", WebhookUrl.MaxLength, min: 1);
        if (url is { Length: > 0 } && WebhookUrl.Wrong(url, allowPrivate) is { } wrong)
            body.Refuse("url", http.Dialect() == Dialect.SendGrid ? $"'{url}' is not a valid url" : wrong);
        return url;
    }

    /// <summary>A new webhook with what was given, unless that is not enough.</summary>
    public (WebhookChange Change, WebhookEndpoint Webhook) Make(Guid tenantId, SecretBox secrets, WebhookTerms terms)
    {
        var now = terms.Now;
        var webhook = new WebhookEndpoint
        {
            Id = Ids.New(terms.Time),
            TenantId = tenantId,
            Kind = WebhookKind.Batch,
            Url = "",
            Events = "",
            CreatedAt = now,
        };
        return (Apply(webhook, secrets, now), webhook);
    }

    /// <summary>Gives the webhook what was given.</summary>
    public WebhookChange Apply(WebhookEndpoint webhook, SecretBox secrets, DateTimeOffset now)
    {
        webhook.Url = Url ?? webhook.Url;
        webhook.Events = EventSwitches.Change(webhook.Events, Switches);
        webhook.FriendlyName = FriendlyName ?? webhook.FriendlyName;
        webhook.Enable(IsEnabled);
        webhook.UpdatedAt = now;
        return OAuth.Apply(webhook, secrets) ? WebhookChange.Done : WebhookChange.HalfOfOAuth;
    }
}
