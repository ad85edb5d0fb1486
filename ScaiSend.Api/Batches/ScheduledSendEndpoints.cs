using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.Api.Batches;

/// <summary>
/// SendGrid's <c>/v3/user/scheduled_sends</c>: <c>POST</c> (201) pauses or cancels a batch, <c>GET</c> lists or shows, <c>PATCH</c> (204) changes,
/// <c>DELETE</c> (204) resumes. Changing needs <c>mail.cancel</c>, reading that or <c>mail.schedule</c>.
/// Errors: 400 for an unknown batch, a second POST or the 101st status, 404 when there is no status to change, 409 when the batch is cancelled for good, 422.
/// </summary>
public static class ScheduledSendEndpoints
{
    private const int MaxBody = 4096;
    private const int LongestId = 64;
    private static readonly string[] Reading = [Scopes.MailCancel, Scopes.MailSchedule];

    public static void MapScheduledSends(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v3/user/scheduled_sends", CreateAsync).Needs(Scopes.MailCancel);
        routes.MapGet("/v3/user/scheduled_sends", ListAsync).Needs(Reading);
        routes.MapGet("/v3/user/scheduled_sends/{id}", GetAsync).Needs(Reading);
        routes.MapPatch("/v3/user/scheduled_sends/{id}", ChangeAsync).Needs(Scopes.MailCancel);
        routes.MapDelete("/v3/user/scheduled_sends/{id}", ResumeAsync).Needs(Scopes.MailCancel);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Caller caller, BatchStatuses statuses)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var id = body.Required("batch_id", LongestId);
        var status = ReadStatus(body);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var change = await statuses.BeginAsync(caller.TenantId, id, status, http.RequestAborted);
        return change == StatusChange.Done ? BatchShape.Held(id, status) : BatchShape.Refusal(http, id, change);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, BatchStatuses statuses) =>
        BatchShape.List(await statuses.ListAsync(caller.TenantId, http.RequestAborted));

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, BatchStatuses statuses) =>
        await statuses.FindAsync(caller.TenantId, id, http.RequestAborted) is { } batch
            ? BatchShape.List(batch.Status is null ? [] : [batch])
            : BatchShape.Refusal(http, id, StatusChange.NoStatus);

    private static async Task<IResult> ChangeAsync(HttpContext http, Caller caller, string id, BatchStatuses statuses)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var status = ReadStatus(body);
        return body.Refusal(http) ?? Answer(http, id, await statuses.ChangeAsync(caller.TenantId, id, status, http.RequestAborted));
    }

    private static async Task<IResult> ResumeAsync(HttpContext http, Caller caller, string id, BatchStatuses statuses) =>
        Answer(http, id, await statuses.ChangeAsync(caller.TenantId, id, null, http.RequestAborted));

    private static BatchStatus ReadStatus(BodyFields body)
    {
        if (!body.Has("status"))
            body.Refuse("status", "Field required", "missing");
        return body.OneOf("status", "pause", "cancel") == "pause" ? BatchStatus.Pause : BatchStatus.Cancel;
    }

    private static IResult Answer(HttpContext http, string id, StatusChange change) =>
        change == StatusChange.Done
            ? Results.NoContent()
            : BatchShape.Refusal(http, id, change == StatusChange.NoBatch ? StatusChange.NoStatus : change);
}
