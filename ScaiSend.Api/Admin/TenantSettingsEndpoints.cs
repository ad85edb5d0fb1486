using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Hierarchy;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Admin;

/// <summary>
/// For staff, the tenant's partner, and its own people and keys with the scope <c>admin.settings</c>. <c>GET /api/admin/tenants/{id}/settings</c>: what it has set, null where the instance's default holds.
/// <c>PUT</c>: sets the named ones and leaves the others; null goes back to the default. Errors: 400, 401, 403, 404, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class TenantSettingsEndpoints
{
    /// <summary>Most days that anything may be kept.</summary>
    public const int MaxDays = 3650;

    private const int MaxBody = 16 * 1024;
    private static readonly string[] Days = ["keep_bodies_days", "keep_events_days", "keep_deliveries_days"];

    public static void MapTenantSettings(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/admin/tenants/{id}/settings", GetAsync)
            .AdministratorsOnly(Scopes.AdminSettings, alsoPartners: true, alsoKeys: true);
        routes
            .MapPut("/api/admin/tenants/{id}/settings", PutAsync)
            .AdministratorsOnly(Scopes.AdminSettings, alsoPartners: true, alsoKeys: true);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Administrator who,
        string id,
        StoredTenants tenants,
        StoredTenantSettings settings
    ) =>
        await tenants.FindAsync(who, id, Scopes.AdminSettings, http.RequestAborted) is { } tenant
            ? Show(tenant.Id, await settings.FindAsync(tenant.Id, http.RequestAborted))
            : Refusals.NotFound(http, "Tenant", id);

    private static async Task<IResult> PutAsync(
        HttpContext http,
        Administrator who,
        string id,
        StoredTenants tenants,
        StoredTenantSettings settings
    )
    {
        if (await tenants.FindAsync(who, id, Scopes.AdminSettings, http.RequestAborted) is not { } tenant)
            return Refusals.NotFound(http, "Tenant", id);
        var fields = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var act = new Act(who.Who, Reasons.Read(http, fields, who.MustSayWhy(tenant.Id)));
        var changes = new Dictionary<string, object?>();
        var zone = fields.Text("time_zone", 64, min: 1);
        if (zone is not null && !IsZone(zone))
            fields.Refuse("time_zone", "must be the IANA name of a time zone, such as Europe/Berlin");
        Note("time_zone", zone);
        foreach (var name in Days)
            Note(name, fields.Number(name, 1, MaxDays));
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        await settings.ChangeAsync(tenant.Id, changes, act, http.RequestAborted);
        return Show(tenant.Id, await settings.FindAsync(tenant.Id, http.RequestAborted));

        void Note(string name, object? value)
        {
            // Only here null is something else than absent.
            if (fields.Root.ValueKind == JsonValueKind.Object && fields.Root.TryGetProperty(name, out _))
                changes[name] = value;
        }
    }

    // Windows has names of its own for zones, which mean nothing elsewhere.
    private static bool IsZone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId && zone.Id == name;

    private static IResult Show(Guid tenantId, TenantSettings? settings) =>
        Results.Json(
            new
            {
                data = new
                {
                    tenant_id = Ids.Show(Ids.Tenant, tenantId),
                    time_zone = settings?.TimeZone ?? "UTC",
                    keep_bodies_days = settings?.KeepBodiesDays,
                    keep_events_days = settings?.KeepEventsDays,
                    keep_deliveries_days = settings?.KeepDeliveriesDays,
                },
            }
        );
}
