using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// <c>/v3/user/webhooks</c>, our own kind of webhook: list, <c>POST</c> (201, with the secret), get, <c>PATCH</c>, <c>DELETE</c> (204), and
/// <c>POST …/{id}/signing_secret</c>, which rotates the secret. Scopes <c>webhooks.read</c> and <c>webhooks.write</c>.
/// Errors: 400 (the 51st webhook), 401, 403, 404, 413, 422, 429.
/// </summary>
public static class WebhookEndpoints
{
    private const int MaxBytes = 16 * 1024;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/user/webhooks", ListAsync).OursNeeds(Scopes.WebhooksRead);
        routes.MapPost("/v3/user/webhooks", CreateAsync).OursNeeds(Scopes.WebhooksWrite).CountsAs(Limit.Webhooks);
        routes.MapGet("/v3/user/webhooks/{id}", GetAsync).OursNeeds(Scopes.WebhooksRead);
        routes.MapPatch("/v3/user/webhooks/{id}", ChangeAsync).OursNeeds(Scopes.WebhooksWrite);
        routes.MapDelete("/v3/user/webhooks/{id}", DeleteAsync).OursNeeds(Scopes.WebhooksWrite);
        routes.MapPost("/v3/user/webhooks/{id}/signing_secret", RotateAsync).OursNeeds(Scopes.WebhooksWrite);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredWebhooks webhooks)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = fields.Number("page", 1, 1, StoredWebhooks.Most);
        var pageSize = fields.Number("page_size", 20, 1, 100);
        var isActive = fields.Flag("is_active");
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var (found, total) = await webhooks.ListAsync(
            caller.TenantId,
            WebhookKind.Single,
            isActive,
            (page - 1) * pageSize,
            pageSize,
            http.RequestAborted
        );
        return WebhookShape.List(found, total);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Caller caller,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var (fields, refusal) = await WebhookFields.ReadAsync(http, isNew: true, terms.AllowPrivate);
        if (fields is null)
            return refusal!;
        var secret = SigningSecret.New();
        var (change, webhook) = fields.Make(caller.TenantId, secret, secrets, terms);
        if (change == WebhookChange.Done)
            change = await webhooks.AddAsync(webhook, caller.Act(), http.RequestAborted);
        return change == WebhookChange.Done ? WebhookShape.Created(webhook, secret) : WebhookShape.Refusal(http, "", change);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks) =>
        await webhooks.FindAsync(caller.TenantId, id, WebhookKind.Single, http.RequestAborted) is { } webhook
            ? WebhookShape.Show(webhook)
            : WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        Caller caller,
        string id,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var (fields, refusal) = await WebhookFields.ReadAsync(http, isNew: false, terms.AllowPrivate);
        if (fields is null)
            return refusal!;
        var (change, webhook) = await webhooks.ChangeAsync(
            caller.TenantId,
            id,
            WebhookKind.Single,
            caller.Act(),
            "webhook_change",
            it => fields.Apply(it, secrets, terms.Now),
            http.RequestAborted
        );
        return webhook is not null ? WebhookShape.Show(webhook) : WebhookShape.Refusal(http, id, change);
    }

    /// <summary>Sets whether it is enabled. Enabling also forgives its failures, which nothing else does.</summary>
    public static void Enable(this WebhookEndpoint webhook, bool? isEnabled)
    {
        webhook.IsEnabled = isEnabled ?? webhook.IsEnabled;
        if (isEnabled != true)
            return;
        webhook.DisabledAt = null;
        webhook.FailureCount = 0;
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks) =>
        await webhooks.DeleteAsync(caller.TenantId, id, WebhookKind.Single, caller.Act(), http.RequestAborted)
            ? Results.NoContent()
            : WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);

    private static async Task<IResult> RotateAsync(
        HttpContext http,
        Caller caller,
        string id,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var overlap = TimeSpan.FromSeconds(body.Number("overlap_seconds", 0, 0, SigningSecret.MaxOverlapSeconds));
        // A slip of the pen would end the old secret at once.
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var secret = SigningSecret.New();
        var (change, webhook) = await webhooks.ChangeAsync(
            caller.TenantId,
            id,
            WebhookKind.Single,
            caller.Act(),
            "webhook_secret",
            Rotate,
            http.RequestAborted
        );
        return webhook is not null ? WebhookShape.Rotated(webhook, secret) : WebhookShape.Refusal(http, id, change);

        WebhookChange Rotate(WebhookEndpoint it)
        {
            SigningSecret.Rotate(it, secret, overlap, secrets, terms.Now);
            return WebhookChange.Done;
        }
    }
}

/// <summary>What requests about webhooks go by: the clock, and whether private networks may be named.</summary>
public sealed class WebhookTerms(IOptions<WebhookOptions> options, TimeProvider time)
{
    public bool AllowPrivate => options.Value.AllowPrivateNetworks;
    public TimeProvider Time => time;
    public DateTimeOffset Now => time.GetStoredNow();
}
