using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Hierarchy;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// <c>GET</c> and <c>PUT /api/admin/tenants/{id}/tracking</c>: by <c>tnt_…</c>, UUID or ScaiKey's id; what a PUT does not name stays.
/// For staff, the tenant's partner, and its own people and keys with the scope <c>admin.settings</c>. Errors: 400, 401, 403, 404 (no tenant, or another's), 413, 422 (a field that is wrong or unknown).
/// </summary>
public static class TenantTrackingEndpoints
{
    private const string Path = "/api/admin/tenants/{id}/tracking";

    public static void MapTenantTracking(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, GetAsync).AdministratorsOnly(Scopes.AdminSettings, alsoPartners: true, alsoKeys: true);
        routes.MapPut(Path, PutAsync).AdministratorsOnly(Scopes.AdminSettings, alsoPartners: true, alsoKeys: true);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Administrator who,
        string id,
        StoredTenants tenants,
        StoredTracking tracking
    ) =>
        await tenants.FindAsync(who, id, Scopes.AdminSettings, http.RequestAborted) is { } tenant
            ? Show(await tracking.GetAsync(tenant.Id, http.RequestAborted))
            : Refusals.NotFound(http, "Tenant", id);

    private static async Task<IResult> PutAsync(
        HttpContext http,
        Administrator who,
        string id,
        StoredTenants tenants,
        StoredTracking tracking
    )
    {
        if (await tenants.FindAsync(who, id, Scopes.AdminSettings, http.RequestAborted) is not { } tenant)
            return Refusals.NotFound(http, "Tenant", id);
        var body = await BodyFields.ReadAsync(http, TrackingFields.MaxBody, http.RequestAborted);
        var act = new Act(who.Who, Reasons.Read(http, body, who.MustSayWhy(tenant.Id)));
        var given = TrackingFields.Read(body);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return await tracking.ChangeAsync(tenant.Id, given, act, http.RequestAborted) is { } changed
            ? Show(changed)
            : TrackingFields.TooMuch(http);
    }

    private static IResult Show(JsonObject settings) => Results.Json(new { data = settings });
}
