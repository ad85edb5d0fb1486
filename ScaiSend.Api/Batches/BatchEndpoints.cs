using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Batches;

/// <summary>
/// <c>POST /v3/mail/batch</c> (201) issues a batch id, <c>GET /v3/mail/batch/{id}</c> validates it and, in the documented dialect, counts its messages:
/// scope <c>mail.schedule</c>. <c>POST /v3/mail/batch/{id}/cancel</c> (ours, 200, scope <c>mail.cancel</c>) cancels all of it that is still queued, for good.
/// Errors: 400 for an unknown id, 401, 403; in SendGrid's envelope.
/// </summary>
public static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v3/mail/batch", IssueAsync).Needs(Scopes.MailSchedule);
        routes.MapGet("/v3/mail/batch/{id}", GetAsync).Needs(Scopes.MailSchedule);
        routes.MapPost("/v3/mail/batch/{id}/cancel", CancelAsync).OursNeeds(Scopes.MailCancel);
    }

    private static async Task<IResult> IssueAsync(HttpContext http, Caller caller, IssuedBatches batches) =>
        BatchShape.Issued(await batches.IssueAsync(caller.TenantId, http.RequestAborted));

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, IssuedBatches batches, BatchTotals totals)
    {
        if (await batches.FindAsync(caller.TenantId, id, http.RequestAborted) is not { } batch)
            return BatchShape.Invalid(http);
        return http.Dialect() == Dialect.SendGrid
            ? BatchShape.Valid(batch)
            : BatchShape.Counted(batch, await totals.ReadAsync(caller.TenantId, id, http.RequestAborted));
    }

    private static async Task<IResult> CancelAsync(
        HttpContext http,
        Caller caller,
        string id,
        BatchStatuses statuses,
        BatchTotals totals
    ) =>
        await statuses.CancelForGoodAsync(caller.TenantId, id, http.RequestAborted) is not StatusChange.Done and var change
            ? BatchShape.Refusal(http, id, change)
            : BatchShape.Counted(
                (await statuses.FindAsync(caller.TenantId, id, http.RequestAborted))!,
                await totals.ReadAsync(caller.TenantId, id, http.RequestAborted)
            );
}
