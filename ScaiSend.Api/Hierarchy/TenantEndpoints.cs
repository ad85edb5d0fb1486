using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Stats;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Hierarchy;

/// <summary>
/// <c>/api/admin/tenants</c>: list, get, and the sums of what a tenant sends, for who sees it (<see cref="Sight"/>); <c>POST</c> (staff, a partner's administrator),
/// <c>PATCH</c> (these, and its own people with <c>admin.settings</c>, without limits), <c>POST …/suspend</c> and <c>…/resume</c> (staff, a partner's administrator).
/// Errors: 400, 401, 403, 404, 409 (a short name that is taken), 413, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class TenantEndpoints
{
    private const string One = "/api/admin/tenants/{id}";
    private const int MaxBody = 16 * 1024;

    public static void MapTenants(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/tenants", ListAsync).AdministratorsOnly();
        routes.MapPost("/api/admin/tenants", CreateAsync).AdministratorsOnly();
        routes.MapGet(One, GetAsync).AdministratorsOnly();
        routes.MapPatch(One, ChangeAsync).AdministratorsOnly(Scopes.AdminSettings, alsoPartners: true);
        routes.MapPost($"{One}/suspend", Suspending(isSuspended: true)).AdministratorsOnly();
        routes.MapPost($"{One}/resume", Suspending(isSuspended: false)).AdministratorsOnly();
        routes.MapGet($"{One}/stats", StatsAsync).AdministratorsOnly(Scopes.StatsRead, alsoPartners: true);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Administrator who, StoredTenants tenants)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = AdminPage.Read(fields);
        var partner = fields.Text("partner_id");
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var (found, total) = await tenants.ListAsync(who, partner, page, http.RequestAborted);
        return page.Show(found.Select(TenantShape.Fields), total);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Administrator who, string id, StoredTenants tenants) =>
        await tenants.FindAsync(who, id, http.RequestAborted) is { } found ? TenantShape.Show(found) : NotFound(http, id);

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Administrator who,
        TenantTable table,
        StoredPartners partners,
        TimeProvider time
    )
    {
        if (who.Rank is not (Rank.SuperAdmin or Rank.PartnerAdmin))
            return Refusals.Forbidden(http, "Only the installation and partners make tenants");
        var body = await BodyFields.ReadAsync(http, TenantFields.MaxBody, http.RequestAborted);
        var name = body.RequiredName("name", TenantFields.MaxName);
        var slug = ReadSlug(body);
        var settings = TenantFields.ReadSettings(body);
        var partnerId = body.Text("partner_id", 64, min: 1) ?? (who.PartnerId is { } own ? Ids.Show(Ids.Partner, own) : null);
        var act = new Act(who.Who, Reasons.Read(http, body, isRequired: false));
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var partner = partnerId is null ? null : await partners.FindAsync(who, partnerId, http.RequestAborted);
        // One whose token also names a tenant of another partner sees that one, and has nothing to say there.
        if (partnerId is not null && (partner is null || !who.IsStaff && partner.Id != who.PartnerId))
            return Refusals.NotFound(http, "Partner", partnerId);
        var added = await table.AddAsync(name, slug, CompleteAsync, http.RequestAborted, partner?.Id, settings);
        return added is null
            ? Refusals.Because(http, StatusCodes.Status409Conflict, $"There is a tenant {slug} already")
            : TenantShape.Show(new TenantWithSettings(added, null), StatusCodes.Status201Created);

        async Task CompleteAsync(Platform.Storage.MailDb db, Guid id, CancellationToken cancellationToken)
        {
            await DefaultRoles.AddMissingAsync(db, id, time, cancellationToken);
            var shownPartner = partner is null ? null : Ids.Show(Ids.Partner, partner.Id);
            AuditLog.Note(
                db,
                time,
                act,
                "tenant_add",
                id,
                new { TenantId = id, Slug = slug },
                after: new
                {
                    Name = name,
                    Slug = slug,
                    PartnerId = shownPartner,
                    Settings = TenantFields.Json(settings),
                }
            );
        }
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, Administrator who, string id, StoredTenants tenants)
    {
        if (await tenants.FindAsync(who, id, Scopes.AdminSettings, http.RequestAborted) is not { } tenant)
            return NotFound(http, id);
        var body = await BodyFields.ReadAsync(http, TenantFields.MaxBody, http.RequestAborted);
        var fields = TenantFields.Read(body);
        var act = new Act(who.Who, Reasons.Read(http, body, who.MustSayWhy(tenant.Id)));
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (fields.SetsLimits && !who.Governs(tenant))
            return Refusals.Forbidden(http, "Limits are set by the installation and by the tenant's partner");
        return await tenants.ChangeAsync(tenant.Id, fields, act, who.IsStaff, http.RequestAborted)
            ? await GetAsync(http, who, id, tenants)
            : Refusals.Forbidden(http, "Who runs the installation has set this tenant's limits; only they change them");
    }

    private static Delegate Suspending(bool isSuspended) =>
        async (HttpContext http, Administrator who, string id, StoredTenants tenants, TenantTable table) =>
        {
            if (await tenants.FindAsync(who, id, http.RequestAborted) is not { Tenant: var tenant })
                return NotFound(http, id);
            if (!who.Governs(tenant))
                return Refusals.Forbidden(http, "Tenants are suspended and resumed by the installation and by their partner");
            var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
            var act = new Act(who.Who, Reasons.Read(http, body, isRequired: true));
            body.RefuseOthers();
            if (body.Refusal(http) is { } refusal)
                return refusal;
            if (!isSuspended && tenant.DeletedAt is not null)
                return Refusals.Because(http, StatusCodes.Status409Conflict, "ScaiKey deleted the tenant: it stays suspended");
            if (!isSuspended && !who.IsStaff && tenant is { SuspendedAt: not null, SuspendedBy: not Suspender.Partner })
                return Refusals.Forbidden(http, "The tenant was not suspended by its partner; who did it ends it");
            await table.SuspendAsync(tenant.Id, isSuspended, http.RequestAborted, act, who.IsStaff ? Suspender.Staff : Suspender.Partner);
            return await GetAsync(http, who, id, tenants);
        };

    private static async Task<IResult> StatsAsync(HttpContext http, Administrator who, string id, StoredTenants tenants, StoredStats stats)
    {
        if (await tenants.FindAsync(who, id, Scopes.StatsRead, http.RequestAborted) is not { } tenant)
            return NotFound(http, id);
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(tenant.Id, http.RequestAborted));
        return fields.Refusal(http) ?? TenantShape.Show(http, tenant, range, await stats.SumAsync(tenant.Id, range, http.RequestAborted));
    }

    /// <summary>A short name that must be there.</summary>
    internal static string ReadSlug(BodyFields body)
    {
        var slug = body.Required("slug", max: 64);
        if (slug.Length > 0 && !TenantTable.IsSlug(slug))
            body.Refuse("slug", $"must be {TenantTable.SlugForm}");
        return slug;
    }

    internal static IResult NotFound(HttpContext http, string id) => Refusals.NotFound(http, "Tenant", id);
}
