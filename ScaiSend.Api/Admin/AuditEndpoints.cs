using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Admin;

/// <summary>
/// For who sees them (<see cref="Sight"/>). <c>GET /api/admin/audit</c>: what operators and administrators did, newest first; <c>GET /api/admin/audit/{id}</c>: one entry, with its progress.
/// Errors: 401, 403, 404, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class AuditEndpoints
{
    /// <summary>Most entries of one answer.</summary>
    public const int MaxEntries = 500;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/audit", ListAsync).AdministratorsOnly();
        routes.MapGet("/api/admin/audit/{id}", GetAsync).AdministratorsOnly();
    }

    private static async Task<IResult> ListAsync(HttpContext http, Administrator who, QueueNames names, AuditLog audit)
    {
        var fields = new QueryFields(http.Request.Query);
        var limit = fields.Number("limit", otherwise: 50, min: 1, max: MaxEntries);
        var action = fields.OneOf("action", AuditLog.Actions)?.ToLowerInvariant();
        Guid? tenantId = null;
        if (fields.Text("tenant") is { } tenant && (tenantId = await names.TenantAsync(tenant, http.RequestAborted)) is null)
        {
            if (who.IsStaff)
                fields.Refuse("tenant", $"there is no tenant {tenant}; allowed are its id (tnt_…) and its short name");
            // One that is not there has no entries, just as one that he does not see.
            tenantId = Guid.Empty;
        }
        Guid? before = null;
        if (fields.Text("before") is { } text)
        {
            if (Ids.TryRead(AdminShape.AuditId, text, out var id))
                before = id;
            else
                fields.Refuse("before", "must be the id of an entry");
        }
        var actor = fields.Text("actor");
        var (from, until) = (fields.Moment("start_time", isEnd: false), fields.Moment("end_time", isEnd: true));
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var entries = await audit.ListAsync(
            action,
            actor,
            tenantId,
            before,
            limit,
            http.RequestAborted,
            from,
            until,
            (all, tenants) => all.SeenBy(who, tenants)
        );
        return Results.Json(new { entries = entries.Select(AdminShape.Body) });
    }

    private static async Task<IResult> GetAsync(HttpContext http, Administrator who, string id, AuditLog audit) =>
        Ids.TryRead(AdminShape.AuditId, id, out var entryId)
        && await audit.FindAsync(entryId, http.RequestAborted, (all, tenants) => all.SeenBy(who, tenants)) is { } entry
            ? Results.Json(AdminShape.Body(entry))
            : Refusals.NotFound(http, "Audit entry", id);
}
