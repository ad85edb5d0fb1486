using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Admin;

/// <summary>
/// For a tenant's keys, about itself alone. <c>GET /api/admin/tenants/{id}/settings</c>: what it has set, null where the instance's default holds.
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
        routes.MapGet("/api/admin/tenants/{id}/settings", GetAsync).OursNeeds(Scopes.AdminSettings);
        routes.MapPut("/api/admin/tenants/{id}/settings", PutAsync).OursNeeds(Scopes.AdminSettings);
    }

    private static async Task<IResult> GetAsync(HttpContext http, string id, Caller caller, StoredTenantSettings settings) =>
        IsOwn(id, caller)
            ? Show(caller, await settings.FindAsync(caller.TenantId, http.RequestAborted))
            : Refusals.NotFound(http, "Tenant", id);

    private static async Task<IResult> PutAsync(HttpContext http, string id, Caller caller, StoredTenantSettings settings)
    {
        if (!IsOwn(id, caller))
            return Refusals.NotFound(http, "Tenant", id);
        var fields = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
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
        await settings.ChangeAsync(caller.TenantId, changes, http.RequestAborted);
        return Show(caller, await settings.FindAsync(caller.TenantId, http.RequestAborted));

        void Note(string name, object? value)
        {
            // Only here null is something else than absent.
            if (fields.Root.ValueKind == JsonValueKind.Object && fields.Root.TryGetProperty(name, out _))
                changes[name] = value;
        }
    }

    private static bool IsOwn(string id, Caller caller) => Ids.TryRead(Ids.Tenant, id, out var tenantId) && tenantId == caller.TenantId;

    // Windows has names of its own for zones, which mean nothing elsewhere.
    private static bool IsZone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId && zone.Id == name;

    private static IResult Show(Caller caller, TenantSettings? settings) =>
        Results.Json(
            new
            {
                data = new
                {
                    tenant_id = Ids.Show(Ids.Tenant, caller.TenantId),
                    time_zone = settings?.TimeZone ?? "UTC",
                    keep_bodies_days = settings?.KeepBodiesDays,
                    keep_events_days = settings?.KeepEventsDays,
                    keep_deliveries_days = settings?.KeepDeliveriesDays,
                },
            }
        );
}
