using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Webhooks of our own kind, which exist in the documented dialect only, and the refusals of both kinds.</summary>
public static class WebhookShape
{
    public static IResult List(IReadOnlyList<WebhookEndpoint> webhooks, int total) =>
        Results.Json(new { webhooks = webhooks.Select(Fields), total });

    public static IResult Show(WebhookEndpoint webhook) => Results.Json(Fields(webhook));

    /// <summary>The only answer to a creation that has the secret.</summary>
    public static IResult Created(WebhookEndpoint webhook, string secret) =>
        Results.Json(
            new
            {
                id = Id(webhook),
                url = webhook.Url,
                enabled_events = Events(webhook),
                signing_secret = secret,
                enabled = webhook.IsEnabled,
                created_at = webhook.CreatedAt,
            },
            statusCode: StatusCodes.Status201Created
        );

    /// <summary>The only answer to a rotation that has the secret.</summary>
    public static IResult Rotated(WebhookEndpoint webhook, string secret) =>
        Results.Json(new { signing_secret = secret, previous_valid_until = webhook.PreviousSecretUntil });

    /// <summary>Why nothing was done.</summary>
    /// <param name="url">What it was to post to.</param>
    public static IResult Refusal(HttpContext http, string id, WebhookChange change, string url = "") =>
        change switch
        {
            WebhookChange.NoWebhook => http.Dialect() == Dialect.SendGrid
                ? SendGridErrors.Because(StatusCodes.Status404NotFound, "Invalid id provided.")
                : Refusals.NotFound(http, "Webhook", id),
            WebhookChange.TooMany => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                http.Dialect() == Dialect.SendGrid
                    ? "You have reached the maximum number of webhooks per your current billing plan."
                    : $"Cannot create more than {StoredWebhooks.Most} webhooks"
            ),
            WebhookChange.UrlTaken => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                $"Webhook at '{url}' already exists. Please provide a unique URL.",
                "url"
            ),
            WebhookChange.HalfOfOAuth => Refusals.NotValid(
                http,
                [new FieldError("body", "oauth_client_id", OAuthFields.Half, "value_error")]
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No refusal"),
        };

    public static string Id(WebhookEndpoint webhook) => Ids.Show(Ids.Webhook, webhook.Id);

    private static object Fields(WebhookEndpoint webhook) =>
        new
        {
            id = Id(webhook),
            url = webhook.Url,
            enabled_events = Events(webhook),
            enabled = webhook.IsEnabled,
            oauth_client_id = webhook.OAuthClientId,
            oauth_token_url = webhook.OAuthTokenUrl,
            created_at = webhook.CreatedAt,
            last_success_at = webhook.LastSuccessAt,
            last_failure_at = webhook.LastFailureAt,
            failure_count = webhook.FailureCount,
            disabled_at = webhook.DisabledAt,
            previous_secret_valid_until = webhook.PreviousSecretUntil,
        };

    private static string[] Events(WebhookEndpoint webhook) => webhook.Events.Split(' ');
}
