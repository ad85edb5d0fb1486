using System.Reflection;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Admin;

/// <summary>Who administers: found once, at the door, from an operator's key or a token. Handlers of endpoints for administrators take it as a parameter. What he sees: <see cref="Sight"/>.</summary>
/// <param name="Rank">Of an operator: that of a super admin.</param>
/// <param name="TenantId">The tenant that his token names; null for an operator and for a token without one.</param>
/// <param name="PartnerId">Of one of the rank <see cref="Rank.PartnerAdmin"/>.</param>
/// <param name="Scopes">What he may in his tenant; everything for who sees all.</param>
public sealed record Administrator(Operator Who, Rank Rank, Guid? TenantId, Guid? PartnerId, IReadOnlySet<string> Scopes)
{
    private static readonly IReadOnlySet<string> Everything = Authentication.Scopes.All.ToHashSet();

    /// <summary>Whether he is of those who run the installation.</summary>
    public bool IsStaff => Rank == Rank.SuperAdmin;

    public static Administrator Of(Operator who) => new(who, Rank.SuperAdmin, null, null, Everything);

    public static Administrator Of(Caller caller) =>
        new(
            caller.Who(),
            caller.Rank,
            caller.TenantId == Guid.Empty ? null : caller.TenantId,
            caller.Rank == Rank.PartnerAdmin ? caller.PartnerId : null,
            caller.Rank == Rank.SuperAdmin ? Everything : caller.Scopes
        );

    /// <summary>How the framework finds the parameter.</summary>
    public static ValueTask<Administrator?> BindAsync(HttpContext http, ParameterInfo _) =>
        ValueTask.FromResult(http.Features.Get<Administrator>());
}

/// <summary>
/// Who sees what, in this one place: one with a token of a tenant his tenant; a partner's administrator his partner and the settings and sums of its tenants,
/// never their people and mail; staff all. What somebody does not see is answered as if it were not there.
/// </summary>
public static class Sight
{
    public static bool Sees(this Administrator who, Tenant tenant) =>
        who.IsStaff || tenant.DeletedAt is null && (who.TenantId == tenant.Id || who.Governs(tenant));

    /// <summary>Whether the tenant is below him: he may suspend it and set its limits.</summary>
    public static bool Governs(this Administrator who, Tenant tenant) =>
        who.IsStaff || who.PartnerId is { } partner && tenant.PartnerId == partner;

    /// <summary>Whether he may read or change something of the tenant that its own people need a scope for.</summary>
    public static bool May(this Administrator who, Tenant tenant, string scope) =>
        who.Governs(tenant) || who.TenantId == tenant.Id && who.Scopes.Contains(scope);

    /// <summary>Whether he sees the tenant's users, groups and roles: they are persons, with addresses.</summary>
    public static bool SeesPeople(this Administrator who, Guid tenantId) => who.IsStaff || who.TenantId == tenantId;

    /// <summary>Whether he sees tenants' mail, with a reason that is written down.</summary>
    public static bool SeesMail(this Administrator who) => who.IsStaff;

    public static IQueryable<Tenant> SeenBy(this IQueryable<Tenant> tenants, Administrator who)
    {
        if (who.IsStaff)
            return tenants;
        var (own, partner) = (who.TenantId, who.PartnerId);
        return tenants.Where(t => t.DeletedAt == null && (t.Id == own || (partner != null && t.PartnerId == partner)));
    }

    /// <param name="tenants">All tenants: whoever sees a tenant sees whose it is.</param>
    public static IQueryable<Partner> SeenBy(this IQueryable<Partner> partners, Administrator who, IQueryable<Tenant> tenants)
    {
        if (who.IsStaff)
            return partners;
        var (own, partner) = (who.TenantId, who.PartnerId);
        return partners.Where(p => p.DeletedAt == null && (p.Id == partner || tenants.Any(t => t.Id == own && t.PartnerId == p.Id)));
    }

    /// <param name="tenants">All tenants.</param>
    public static IQueryable<AuditEntry> SeenBy(this IQueryable<AuditEntry> entries, Administrator who, IQueryable<Tenant> tenants)
    {
        if (who.IsStaff)
            return entries;
        var own = who.Scopes.Contains(Scopes.AdminSettings) ? who.TenantId : null;
        var (partner, ofSettings) = (who.PartnerId, AuditLog.OfSettings);
        return entries.Where(e =>
            e.TenantId != null
            && (
                e.TenantId == own
                || (
                    partner != null
                    && ofSettings.Contains(e.Action)
                    && tenants.Any(t => t.Id == e.TenantId && t.DeletedAt == null && t.PartnerId == partner)
                )
            )
        );
    }

    /// <summary>Whether he has to say why he changes something of the tenant: staff elsewhere than at home.</summary>
    public static bool MustSayWhy(this Administrator who, Guid tenantId) => who.IsStaff && who.TenantId != tenantId;
}
