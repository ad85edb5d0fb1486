using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// SendGrid's event webhook, <c>/v3/user/webhooks/event/settings</c>: <c>POST</c> (201), <c>GET …/all</c>, and get, <c>PATCH</c> and <c>DELETE</c> (204) of <c>…/{id}</c>.
/// Without an id, as older clients ask, <c>GET</c> and <c>PATCH</c> are about the oldest one; the <c>PATCH</c> makes it when there is none.
/// Scopes <c>webhooks.read</c> and <c>webhooks.write</c>. Errors: 400 (a URL that is taken, the 51st), 401, 403, 404, 413, 422.
/// </summary>
public static class EventSettingsEndpoints
{
    private const string Path = "/v3/user/webhooks/event/settings";

    public static void MapEventSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, CreateAsync).Needs(Scopes.WebhooksWrite);
        routes.MapGet(Path, GetOldestAsync).Needs(Scopes.WebhooksRead);
        routes.MapPatch(Path, ChangeOldestAsync).Needs(Scopes.WebhooksWrite);
        routes.MapGet(Path + "/all", ListAsync).Needs(Scopes.WebhooksRead);
        routes.MapGet(Path + "/{id}", GetAsync).Needs(Scopes.WebhooksRead);
        routes.MapPatch(Path + "/{id}", ChangeAsync).Needs(Scopes.WebhooksWrite);
        routes.MapDelete(Path + "/{id}", DeleteAsync).Needs(Scopes.WebhooksWrite);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredWebhooks webhooks, SecretBox secrets)
    {
        var (found, _) = await webhooks.ListAsync(
            caller.TenantId,
            WebhookKind.Batch,
            isActive: null,
            skip: 0,
            StoredWebhooks.Most,
            http.RequestAborted
        );
        return EventSettingsShape.List(found, secrets);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Caller caller,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var (fields, refusal) = await EventSettingsFields.ReadAsync(http, needsUrl: true, terms.AllowPrivate);
        return fields is null
            ? refusal!
            // Whoever makes one wants it to be told; SendGrid's clients always say so.
            : await AddAsync(http, caller, fields with { IsEnabled = fields.IsEnabled ?? true }, webhooks, secrets, terms, isNew: true);
    }

    private static async Task<IResult> GetOldestAsync(HttpContext http, Caller caller, StoredWebhooks webhooks, SecretBox secrets) =>
        await webhooks.OldestAsync(caller.TenantId, http.RequestAborted) is { } webhook
            ? EventSettingsShape.Show(webhook, secrets)
            : EventSettingsShape.Nothing();

    private static async Task<IResult> ChangeOldestAsync(
        HttpContext http,
        Caller caller,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var oldest = await webhooks.OldestAsync(caller.TenantId, http.RequestAborted);
        var (fields, refusal) = await EventSettingsFields.ReadAsync(http, needsUrl: oldest is null, terms.AllowPrivate);
        if (fields is null)
            return refusal!;
        return oldest is null
            ? await AddAsync(http, caller, fields, webhooks, secrets, terms, isNew: false)
            : await ApplyAsync(http, caller, WebhookShape.Id(oldest), fields, webhooks, secrets, terms);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks, SecretBox secrets) =>
        await webhooks.FindAsync(caller.TenantId, id, WebhookKind.Batch, http.RequestAborted) is { } webhook
            ? EventSettingsShape.Show(webhook, secrets)
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
        var (fields, refusal) = await EventSettingsFields.ReadAsync(http, needsUrl: false, terms.AllowPrivate);
        return fields is null ? refusal! : await ApplyAsync(http, caller, id, fields, webhooks, secrets, terms);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks) =>
        await webhooks.DeleteAsync(caller.TenantId, id, WebhookKind.Batch, caller.Act(), http.RequestAborted)
            ? Results.NoContent()
            : WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Caller caller,
        EventSettingsFields fields,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms,
        bool isNew
    )
    {
        var (change, webhook) = fields.Make(caller.TenantId, secrets, terms);
        if (change == WebhookChange.Done)
            change = await webhooks.AddAsync(webhook, caller.Act(), http.RequestAborted);
        return change == WebhookChange.Done
            ? EventSettingsShape.Show(webhook, secrets, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK)
            : WebhookShape.Refusal(http, "", change, webhook.Url);
    }

    private static async Task<IResult> ApplyAsync(
        HttpContext http,
        Caller caller,
        string id,
        EventSettingsFields fields,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var (change, webhook) = await webhooks.ChangeAsync(
            caller.TenantId,
            id,
            WebhookKind.Batch,
            caller.Act(),
            "webhook_change",
            it => fields.Apply(it, secrets, terms.Now),
            http.RequestAborted
        );
        return webhook is not null ? EventSettingsShape.Show(webhook, secrets) : WebhookShape.Refusal(http, id, change, fields.Url ?? "");
    }
}
