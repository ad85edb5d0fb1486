using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// <c>GET</c> and <c>PUT /api/admin/tenants/{id}/tracking</c>: the caller's own tenant, by <c>tnt_…</c> or UUID; what a PUT does not name stays.
/// Scope <c>admin.settings</c>. Errors: 400, 401, 403, 404 (no tenant, or another's), 413, 422 (a field that is wrong or unknown).
/// </summary>
public static class TenantTrackingEndpoints
{
    private const string Path = "/api/admin/tenants/{id}/tracking";

    public static void MapTenantTracking(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, GetAsync).OursNeeds(Scopes.AdminSettings);
        routes.MapPut(Path, PutAsync).OursNeeds(Scopes.AdminSettings);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredTracking tracking) =>
        IsOwn(caller, id) ? Show(await tracking.GetAsync(caller.TenantId, http.RequestAborted)) : Refusals.NotFound(http, "Tenant", id);

    private static async Task<IResult> PutAsync(HttpContext http, Caller caller, string id, StoredTracking tracking)
    {
        if (!IsOwn(caller, id))
            return Refusals.NotFound(http, "Tenant", id);
        var body = await BodyFields.ReadAsync(http, TrackingFields.MaxBody, http.RequestAborted);
        var given = TrackingFields.Read(body);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return await tracking.ChangeAsync(caller.TenantId, given, http.RequestAborted) is { } changed
            ? Show(changed)
            : TrackingFields.TooMuch(http);
    }

    private static bool IsOwn(Caller caller, string id) =>
        (Ids.TryRead(Ids.Tenant, id, out var tenantId) || Guid.TryParseExact(id, "D", out tenantId)) && tenantId == caller.TenantId;

    private static IResult Show(JsonObject settings) => Results.Json(new { data = settings });
}
