using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Webhooks;

/// <summary>
/// <c>POST /v3/user/webhooks/{id}/replay</c>, ours: tells a webhook of either kind of events again, named by <c>event_ids</c>, by <c>message_id</c> or by time;
/// 202 with their number. Scope <c>webhooks.write</c>. Errors: 400 (too many), 401, 403, 404, 409 (the webhook is disabled), 413, 422.
/// </summary>
public static class ReplayEndpoints
{
    public static void MapWebhookReplay(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v3/user/webhooks/{id}/replay", ReplayAsync).OursNeeds(Scopes.WebhooksWrite);

    private static async Task<IResult> ReplayAsync(
        HttpContext http,
        Caller caller,
        string id,
        StoredWebhooks webhooks,
        ReplayEvents replay,
        TimeProvider time
    )
    {
        if (await webhooks.FindAsync(caller.TenantId, id, kind: null, http.RequestAborted) is not { } webhook)
            return WebhookShape.Refusal(http, id, WebhookChange.NoWebhook);
        var (fields, refusal) = await ReplayFields.ReadAsync(http, time);
        if (fields is null)
            return refusal!;
        if (!webhook.IsEnabled || webhook.DisabledAt is not null)
            return Refusals.Because(http, StatusCodes.Status409Conflict, $"Webhook {id} is disabled; enable it first");
        return await replay.RunAsync(webhook, fields, http.RequestAborted) switch
        {
            { Missing: { } missing } => Refusals.NotFound(http, "Event or message", missing),
            { IsTooMuch: true } => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                $"More than {ReplayEvents.Most} events would be told again; give a shorter time or fewer types"
            ),
            var outcome => Results.Json(new { replayed = outcome.Replayed }, statusCode: StatusCodes.Status202Accepted),
        };
    }
}
