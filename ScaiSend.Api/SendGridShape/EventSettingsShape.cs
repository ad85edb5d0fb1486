using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Webhooks;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.SendGridShape;

/// <summary>SendGrid's event webhooks, in its shapes in both dialects.</summary>
public static class EventSettingsShape
{
    public static IResult List(IReadOnlyList<WebhookEndpoint> webhooks, SecretBox secrets) =>
        Results.Json(new { max_allowed = StoredWebhooks.Most, webhooks = webhooks.Select(w => Fields(w, secrets)) });

    public static IResult Show(WebhookEndpoint webhook, SecretBox secrets, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(Fields(webhook, secrets), statusCode: statusCode);

    /// <summary>The settings of who never made any.</summary>
    public static IResult Nothing() => Results.Json(Settings(isEnabled: false, url: "", events: ""));

    /// <summary>The public key, empty when posts are not signed or there is no webhook.</summary>
    public static IResult Signed(WebhookEndpoint? webhook, SecretBox secrets) =>
        Results.Json(
            new { id = webhook is null ? "" : WebhookShape.Id(webhook), public_key = EventKey.Public(webhook?.SealedSecret, secrets) }
        );

    // What is not configured does not appear, as at SendGrid.
    private static Dictionary<string, object?> Fields(WebhookEndpoint webhook, SecretBox secrets)
    {
        var fields = Settings(webhook.IsEnabled, webhook.Url, webhook.Events);
        if (webhook.FriendlyName is { } name)
            fields["friendly_name"] = name;
        fields["id"] = WebhookShape.Id(webhook);
        fields["created_date"] = Moment(webhook.CreatedAt);
        fields["updated_date"] = Moment(webhook.UpdatedAt);
        // Ours: SendGrid does not say so.
        if (webhook.DisabledAt is { } disabledAt)
            fields["disabled_date"] = Moment(disabledAt);
        if (webhook.OAuthClientId is { } clientId)
            fields["oauth_client_id"] = clientId;
        if (webhook.OAuthTokenUrl is { } tokenUrl)
            fields["oauth_token_url"] = tokenUrl;
        if (webhook.SealedSecret is { } key)
            fields["public_key"] = EventKey.Public(key, secrets);
        return fields;
    }

    private static Dictionary<string, object?> Settings(bool isEnabled, string url, string events)
    {
        var fields = new Dictionary<string, object?> { ["enabled"] = isEnabled, ["url"] = url };
        foreach (var name in EventSwitches.All.Keys)
            fields[name] = EventSwitches.IsOn(events, name);
        // Accounts are not judged here, so nobody is ever told of it.
        fields["account_status_change"] = false;
        return fields;
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
