using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Api.Admin;

/// <summary>
/// For operators. <c>GET /api/admin/suspensions</c>, <c>POST</c> (a provider gets no mail for a time), <c>DELETE …/{id}?reason=…</c> (lift: 204, 404 when it is over).
/// Errors otherwise: 400, 401, 403, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class SuspensionEndpoints
{
    private const int MaxBody = 16 * 1024;

    public static void MapSuspensions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/suspensions", ListAsync).OperatorsOnly();
        routes.MapPost("/api/admin/suspensions", AddAsync).OperatorsOnly();
        routes.MapDelete("/api/admin/suspensions/{id}", LiftAsync).OperatorsOnly();
    }

    private static async Task<IResult> ListAsync(HttpContext http, SuspensionTable table, TimeProvider time)
    {
        var fields = new QueryFields(http.Request.Query);
        var activeOnly = fields.Flag("active") ?? true;
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var found = await table.ListAsync(activeOnly, http.RequestAborted);
        return Results.Json(new { suspensions = found.Select(s => AdminShape.Body(s, time.GetUtcNow())) });
    }

    private static async Task<IResult> AddAsync(HttpContext http, OperatorSuspensions suspensions, TimeProvider time)
    {
        var fields = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var provider = fields.Required("provider", OperatorSuspensions.MaxProvider);
        var reason = Reasons.Required(fields);
        var source = fields.Text("source_address", 45);
        if (source is not null && !IPAddress.TryParse(source, out _))
            fields.Refuse("source_address", "must be an IP address of ours");
        var written = fields.Required("lasts", 7, min: 2);
        var lasts = QueueNames.Age(written);
        if (written.Length > 0 && (lasts is not { } span || span <= TimeSpan.Zero || span > OperatorSuspensions.Longest))
            fields.Refuse("lasts", $"must be {QueueNames.AgeForm}; at most {OperatorSuspensions.Longest.TotalDays}d");
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var added = await suspensions.AddAsync(provider, source, lasts!.Value, reason, http.Features.Get<Operator>()!, http.RequestAborted);
        return Results.Json(AdminShape.Body(added, time.GetUtcNow()), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> LiftAsync(HttpContext http, string id, OperatorSuspensions suspensions)
    {
        var fields = new QueryFields(http.Request.Query);
        var reason = fields.Text("reason") ?? "";
        if (!AuditLog.IsReason(reason))
            fields.Refuse("reason", $"must say why, in the query, with at most {AuditLog.MaxReason} characters");
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        return
            Ids.TryRead(AdminShape.SuspensionId, id, out var known)
            && await suspensions.LiftAsync(known, reason, http.Features.Get<Operator>()!, http.RequestAborted)
            ? Results.NoContent()
            : Refusals.NotFound(http, "Active suspension", id);
    }
}
