using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Stats;
using ScaiSend.Contracts;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Hierarchy;

/// <summary>Partners and tenants as administrators see them: <c>{"data":…}</c>.</summary>
internal static class TenantShape
{
    public static IResult Show(TenantWithSettings tenant, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(new { data = Fields(tenant) }, statusCode: statusCode);

    public static IResult Show(Partner partner, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(new { data = Fields(partner) }, statusCode: statusCode);

    /// <summary>The sums of a time.</summary>
    public static IResult Show(HttpContext http, Tenant tenant, StatsRange range, MetricCounts counts) =>
        Results.Json(
            new
            {
                data = new
                {
                    tenant_id = Ids.Show(Ids.Tenant, tenant.Id),
                    start_date = StatsShape.Date(range.Start),
                    end_date = StatsShape.Date(range.End),
                    metrics = StatsShape.OfAll(http, counts),
                },
            }
        );

    public static object Fields(Partner partner) =>
        new
        {
            id = Ids.Show(Ids.Partner, partner.Id),
            scaikey_id = partner.ExternalId,
            name = partner.Name,
            slug = partner.Slug,
            created_at = partner.CreatedAt,
        };

    public static object Fields(TenantWithSettings it) =>
        new
        {
            id = Ids.Show(Ids.Tenant, it.Tenant.Id),
            scaikey_id = it.Tenant.ExternalId,
            name = it.Tenant.Name,
            slug = it.Tenant.Slug,
            partner_id = it.Tenant.PartnerId is { } partner ? Ids.Show(Ids.Partner, partner) : null,
            settings = TenantFields.Json(it.Tenant.Settings ?? "{}"),
            limits = new
            {
                mail_send_per_second = it.Settings?.MailSendPerSecond,
                messages_per_second = it.Settings?.MessagesPerSecond,
                others_per_second = it.Settings?.OthersPerSecond,
            },
            retention = new
            {
                keep_bodies_days = it.Settings?.KeepBodiesDays,
                keep_events_days = it.Settings?.KeepEventsDays,
                keep_deliveries_days = it.Settings?.KeepDeliveriesDays,
            },
            created_at = it.Tenant.CreatedAt,
            suspended_at = it.Tenant.SuspendedAt,
            suspended_by = it.Tenant.SuspendedBy?.ToString().ToLowerInvariant(),
            deleted_at = it.Tenant.DeletedAt,
        };
}
