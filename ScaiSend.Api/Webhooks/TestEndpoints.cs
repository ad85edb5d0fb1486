using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// <c>POST /v3/user/webhooks/{id}/test</c> (ours): one signed event of a type, now; answers what came of it. <c>POST /v3/user/webhooks/event/test</c>
/// (SendGrid's): one POST with one event of each kind to a URL; answers 204 when it was made, whatever came of it.
/// Scope <c>webhooks.write</c>. Errors: 400, 401, 403, 404, 413, 422, 429.
/// </summary>
public static class TestEndpoints
{
    private const int MaxBytes = 64 * 1024;

    public static void MapWebhookTests(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v3/user/webhooks/{id}/test", TestAsync).OursNeeds(Scopes.WebhooksWrite).CountsAs(Limit.WebhookTests);
        routes.MapPost("/v3/user/webhooks/event/test", TestEventsAsync).Needs(Scopes.WebhooksWrite).CountsAs(Limit.WebhookTests);
    }

    private static async Task<IResult> TestAsync(
        HttpContext http,
        Caller caller,
        string id,
        StoredWebhooks webhooks,
        TestPosts posts,
        TimeProvider time
    )
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var type = body.OneOf("event_type", [.. EventTypes.All]) ?? EventTypes.Delivered;
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (await webhooks.FindAsync(caller.TenantId, id, kind: null, http.RequestAborted) is not { } webhook)
            return WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);
        var sent = WebhookBody.Of(webhook.Kind, [TestEvents.Of(type, caller.TenantId, time)]);
        return DeliveryShape.Tested(await posts.MakeAsync(webhook, sent, isStored: true, http.RequestAborted));
    }

    private static async Task<IResult> TestEventsAsync(
        HttpContext http,
        Caller caller,
        StoredWebhooks webhooks,
        SecretBox secrets,
        TestPosts posts,
        WebhookTerms terms
    )
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var id = body.Text("id", 64, min: 1);
        var url = EventSettingsFields.ReadUrl(http, body, isNeeded: id is null, terms.AllowPrivate);
        var oAuth = OAuthFields.Read(body, terms.AllowPrivate);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var stored = id is null
            ? await webhooks.AtUrlAsync(caller.TenantId, url!, http.RequestAborted)
            : await webhooks.FindAsync(caller.TenantId, id, WebhookKind.Batch, http.RequestAborted);
        if (id is not null && stored is null)
            return WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);
        // A copy, so that what is only tried is not kept.
        var tried = stored ?? Unsaved(caller.TenantId, terms);
        tried.Url = url ?? tried.Url;
        if (!oAuth.Apply(tried, secrets))
            return WebhookShape.Refusal(http, "", WebhookChange.HalfOfOAuth);
        await posts.MakeAsync(tried, TestEvents.OfSendGrid(terms.Time), isStored: stored is not null, http.RequestAborted);
        return Results.NoContent();
    }

    private static WebhookEndpoint Unsaved(Guid tenantId, WebhookTerms terms) =>
        new()
        {
            Id = Ids.New(terms.Time),
            TenantId = tenantId,
            Kind = WebhookKind.Batch,
            Url = "",
            Events = "",
        };
}
