using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// What has been posted, ours. <c>GET /v3/user/webhooks/{id}/deliveries</c>: the POSTs of a webhook of either kind, newest first.
/// <c>GET /v3/user/webhooks/deliveries/{id}</c>: where the telling of an event, or of all events of a message, stands.
/// Scope <c>webhooks.read</c>. Errors: 401, 403, 404, 422.
/// </summary>
public static class DeliveryEndpoints
{
    public static void MapWebhookDeliveries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/user/webhooks/{id}/deliveries", ListAsync).OursNeeds(Scopes.WebhooksRead);
        routes.MapGet("/v3/user/webhooks/deliveries/{id}", GetAsync).OursNeeds(Scopes.WebhooksRead);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, string id, StoredWebhooks webhooks, PostLog log)
    {
        var fields = new QueryFields(http.Request.Query);
        var failedOnly = fields.Flag("failed") ?? false;
        var limit = fields.Number("limit", 50, 1, 100);
        Guid? after = null;
        if (fields.Text("cursor") is { } cursor)
        {
            if (Ids.TryRead(Ids.WebhookPost, cursor, out var postId))
                after = postId;
            else
                fields.Refuse("cursor", "must be the next_cursor of an earlier answer");
        }
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        return await webhooks.FindAsync(caller.TenantId, id, kind: null, http.RequestAborted) is { } webhook
            ? DeliveryShape.Log(await log.ReadAsync(webhook, failedOnly, after, limit, http.RequestAborted))
            : WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, EventDeliveries deliveries) =>
        await deliveries.ReadAsync(caller.TenantId, id, http.RequestAborted) is { } found
            ? DeliveryShape.Deliveries(found)
            : Refusals.NotFound(http, "Event or message", id);
}
