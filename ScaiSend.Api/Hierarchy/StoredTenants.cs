using System.Data;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Hierarchy;

/// <summary>A tenant with what is set for it.</summary>
public sealed record TenantWithSettings(Tenant Tenant, TenantSettings? Settings);

/// <summary>The tenants as administrators see and change them.</summary>
public sealed class StoredTenants(MailDatabase database, TimeProvider time)
{
    /// <summary>Those that he sees, by their short names.</summary>
    /// <param name="partner">Only those of this partner: its id here or at ScaiKey.</param>
    public async Task<(IReadOnlyList<TenantWithSettings> Tenants, int Total)> ListAsync(
        Administrator who,
        string? partner,
        AdminPage page,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.ForPlatform();
        // Above the tenants: what he sees is asked for instead.
        var tenants = db.Tenants.IgnoreQueryFilters().AsNoTracking().SeenBy(who);
        if (partner is not null)
        {
            var id = HierarchyIds.Read(Ids.Partner, partner);
            tenants = tenants.Where(t => db.Partners.Any(p => p.Id == t.PartnerId && (p.Id == id || p.ExternalId == partner)));
        }
        var (rows, total) = await page.OfAsync(tenants.OrderBy(t => t.Slug), cancellationToken);
        var ids = rows.Select(t => t.Id).ToList();
        var settings = await db
            .TenantSettings.IgnoreQueryFilters()
            .AsNoTracking()
            .Where(s => ids.Contains(s.TenantId))
            .ToDictionaryAsync(s => s.TenantId, cancellationToken);
        return ([.. rows.Select(t => new TenantWithSettings(t, settings.GetValueOrDefault(t.Id)))], total);
    }

    /// <summary>The tenant of this id here or at ScaiKey; null when there is none that he sees.</summary>
    public async Task<TenantWithSettings?> FindAsync(Administrator who, string id, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var tenantId = HierarchyIds.Read(Ids.Tenant, id);
        var tenant = await db
            .Tenants.IgnoreQueryFilters()
            .AsNoTracking()
            .SingleOrDefaultAsync(t => t.Id == tenantId || t.ExternalId == id, cancellationToken);
        if (tenant is null || !who.Sees(tenant))
            return null;
        var settings = await db
            .TenantSettings.IgnoreQueryFilters()
            .AsNoTracking()
            .SingleOrDefaultAsync(s => s.TenantId == tenant.Id, cancellationToken);
        return new TenantWithSettings(tenant, settings);
    }

    /// <summary>The same, and he may do there what its own people need the scope for.</summary>
    public async Task<Tenant?> FindAsync(Administrator who, string id, string scope, CancellationToken cancellationToken) =>
        await FindAsync(who, id, cancellationToken) is { Tenant: var tenant } && who.May(tenant, scope) ? tenant : null;

    /// <summary>Changes what is given, all or nothing; false when it sets limits that staff has set and others may not change.</summary>
    public async Task<bool> ChangeAsync(Guid tenantId, TenantFields fields, Act act, bool isStaff, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<bool> TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            var row = await db.HoldSettingsAsync(database.Dialect, tenantId, cancellationToken);
            if (fields.SetsLimits && !isStaff && row.AreLimitsStaffs)
                return false;
            var (before, after) = db.Set(row, fields.Columns);
            if (fields.SetsLimits && isStaff)
                row.AreLimitsStaffs = row is not { MailSendPerSecond: null, MessagesPerSecond: null, OthersPerSecond: null };
            var tenant = await db.Tenants.SingleAsync(cancellationToken);
            if (fields.Name is { } name && name != tenant.Name)
            {
                (before["name"], after["name"]) = (tenant.Name, name);
                tenant.Name = name;
            }
            if (fields.Settings is { } settings && settings != tenant.Settings)
            {
                (before["settings"], after["settings"]) = (TenantFields.Json(tenant.Settings), TenantFields.Json(settings));
                tenant.Settings = settings;
            }
            if (after.Count > 0)
                AuditLog.Note(db, time, act, "tenant_change", tenantId, new { TenantId = tenantId }, before, after);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }
}

/// <summary>Reads the ids by which tenants and partners are named.</summary>
internal static class HierarchyIds
{
    /// <summary>Our id, with its prefix or as a UUID; else one that nothing has.</summary>
    public static Guid Read(string prefix, string text) =>
        Ids.TryRead(prefix, text, out var id) || Guid.TryParseExact(text, "D", out id) ? id : Guid.Empty;
}
