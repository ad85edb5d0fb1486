using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// <c>/v3/user/webhooks/event/settings/signed/{id}</c>, and without an id about the oldest event webhook: <c>GET</c> the public key, <c>PATCH {"enabled"}</c> to
/// make a key pair or throw it away. Scopes <c>webhooks.read</c> and <c>webhooks.write</c>. Errors: 401, 403, 404, 413, 422.
/// </summary>
public static class SignedEndpoints
{
    private const string Path = "/v3/user/webhooks/event/settings/signed";
    private const int MaxBytes = 16 * 1024;

    public static void MapSignedEventSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, GetOldestAsync).Needs(Scopes.WebhooksRead);
        routes.MapPatch(Path, ChangeOldestAsync).Needs(Scopes.WebhooksWrite);
        routes.MapGet(Path + "/{id}", GetAsync).Needs(Scopes.WebhooksRead);
        routes.MapPatch(Path + "/{id}", ChangeAsync).Needs(Scopes.WebhooksWrite);
    }

    private static async Task<IResult> GetOldestAsync(HttpContext http, Caller caller, StoredWebhooks webhooks, SecretBox secrets) =>
        EventSettingsShape.Signed(await webhooks.OldestAsync(caller.TenantId, http.RequestAborted), secrets);

    private static async Task<IResult> ChangeOldestAsync(HttpContext http, Caller caller, StoredWebhooks webhooks, SecretBox secrets)
    {
        var oldest = await webhooks.OldestAsync(caller.TenantId, http.RequestAborted);
        return await ChangeAsync(http, caller, oldest is null ? "" : WebhookShape.Id(oldest), webhooks, secrets);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks, SecretBox secrets) =>
        await webhooks.FindAsync(caller.TenantId, id, WebhookKind.Batch, http.RequestAborted) is { } webhook
            ? EventSettingsShape.Signed(webhook, secrets)
            : WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);

    private static async Task<IResult> ChangeAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks, SecretBox secrets)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var isEnabled = body.Flag("enabled");
        if (!body.Has("enabled"))
            body.Refuse("enabled", "Field required", "missing");
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var (change, webhook) = await webhooks.ChangeAsync(
            caller.TenantId,
            id,
            WebhookKind.Batch,
            caller.Act(),
            "webhook_secret",
            Change,
            http.RequestAborted
        );
        return webhook is not null ? EventSettingsShape.Signed(webhook, secrets) : WebhookShape.Refusal(http, id, change);

        WebhookChange Change(WebhookEndpoint it)
        {
            EventKey.Sign(it, isEnabled == true, secrets);
            return WebhookChange.Done;
        }
    }
}
