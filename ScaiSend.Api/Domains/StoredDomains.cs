using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Domains;

/// <summary>A domain with its keys, those that are used first.</summary>
public sealed record DomainWithKeys(SenderDomain Domain, IReadOnlyList<StoredDkimKey> Keys);

/// <summary>What came of adding a domain.</summary>
public enum DomainAddition
{
    Done,
    IsThere,
    TooMany,
}

/// <summary>The sender domains of a tenant, their keys and their history.</summary>
public sealed class StoredDomains(MailDatabase database, DomainKeys keys, DomainVerification verification, TimeProvider time)
{
    /// <summary>Most domains of a tenant.</summary>
    public const int Most = 500;

    /// <summary>A page in the order of names, and how many there are.</summary>
    public async Task<(IReadOnlyList<DomainWithKeys> Domains, int Total)> ListAsync(
        Guid tenantId,
        int skip,
        int take,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(tenantId);
        var total = await db.SenderDomains.CountAsync(cancellationToken);
        var page = await db.SenderDomains.AsNoTracking().OrderBy(d => d.Name).Skip(skip).Take(take).ToListAsync(cancellationToken);
        var names = page.Select(d => d.Name).ToList();
        var known = (await db.DkimKeys.AsNoTracking().Where(k => names.Contains(k.Domain)).ToListAsync(cancellationToken)).ToLookup(k =>
            k.Domain
        );
        return ([.. page.Select(d => With(d, known[d.Name]))], total);
    }

    /// <summary>The domain, or null when the tenant has none of this id.</summary>
    public async Task<DomainWithKeys?> FindAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.Domain, id, out var domainId))
            return null;
        await using var db = database.For(tenantId);
        var domain = await db.SenderDomains.AsNoTracking().SingleOrDefaultAsync(d => d.Id == domainId, cancellationToken);
        return domain is null
            ? null
            : With(domain, await db.DkimKeys.AsNoTracking().Where(k => k.Domain == domain.Name).ToListAsync(cancellationToken));
    }

    /// <summary>Adds a domain with its first keys.</summary>
    public async Task<(DomainAddition Addition, DomainWithKeys? Domain)> AddAsync(
        Guid tenantId,
        DomainFields fields,
        Act act,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetStoredNow();
        var domain = new SenderDomain
        {
            Id = Ids.New(time),
            TenantId = tenantId,
            Name = fields.Domain!,
            AllowsSubdomains = fields.AllowsSubdomains ?? false,
            WantsReturnPath = fields.WantsReturnPath ?? false,
            DmarcPolicy = fields.DmarcPolicy ?? "none",
            DmarcReports = fields.DmarcReports is { Length: > 0 } reports ? reports : null,
            CreatedAt = now,
            // The caller has yet to publish what the answer says.
            CheckedAt = now,
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        // Keys of a domain that was deleted may still be needed; the new ones get other selectors.
        var known = await db.DkimKeys.AsNoTracking().Where(k => k.Domain == domain.Name).ToListAsync(cancellationToken);
        var added = keys.New(domain, known, fields.WithEd25519 ?? false);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<(DomainAddition, DomainWithKeys?)> TryAsync()
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            // Whoever adds a domain holds the tenant's row, so two cannot both be the last that is allowed.
            await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, t => t.Name), cancellationToken);
            if (await db.SenderDomains.AnyAsync(d => d.Name == domain.Name, cancellationToken))
                return (DomainAddition.IsThere, null);
            if (await db.SenderDomains.CountAsync(cancellationToken) >= Most)
                return (DomainAddition.TooMany, null);
            db.SenderDomains.Add(domain);
            db.DkimKeys.AddRange(added);
            db.DomainEvents.Add(verification.New(domain, "created", null, now));
            AuditLog.Note(db, time, act, "domain_add", tenantId, Target(domain), after: State(domain));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return (DomainAddition.Done, With(domain, added.Concat(known)));
        }
    }

    /// <summary>Changes what is given; null when there is no such domain.</summary>
    public Task<DomainWithKeys?> ChangeAsync(Guid tenantId, string id, DomainFields fields, Act act, CancellationToken cancellationToken) =>
        WriteAsync(
            tenantId,
            id,
            (db, domain, _) =>
            {
                var before = State(domain);
                domain.IsActive = fields.IsActive ?? domain.IsActive;
                domain.AllowsSubdomains = fields.AllowsSubdomains ?? domain.AllowsSubdomains;
                domain.WantsReturnPath = fields.WantsReturnPath ?? domain.WantsReturnPath;
                if (!domain.WantsReturnPath)
                    domain.ReturnPathFrom = null;
                domain.DmarcPolicy = fields.DmarcPolicy ?? domain.DmarcPolicy;
                if (fields.DmarcReports is { } reports)
                    domain.DmarcReports = reports.Length > 0 ? reports : null;
                AuditLog.Note(db, time, act, "domain_change", tenantId, Target(domain), before, State(domain));
            },
            cancellationToken
        );

    /// <summary>Makes the next keys, which sign as soon as their records are seen. While some are waiting already, nothing new is made. Null: no such domain.</summary>
    public Task<DomainWithKeys?> RotateAsync(Guid tenantId, string id, Act act, CancellationToken cancellationToken) =>
        WriteAsync(
            tenantId,
            id,
            (db, domain, known) =>
            {
                if (known.Any(k => k.UsedFrom is null))
                    return;
                var added = keys.New(domain, known, withEd25519: known.Any(k => k.RetiredAt is null && DomainKeys.IsEd25519(k)));
                db.DkimKeys.AddRange(added);
                db.DomainEvents.Add(
                    verification.New(domain, "rotated", string.Join(", ", added.Select(k => k.Selector)), time.GetStoredNow())
                );
                AuditLog.Note(
                    db,
                    time,
                    act,
                    "domain_rotate",
                    tenantId,
                    Target(domain),
                    new { Selectors = known.Where(k => k.IsInUse).Select(k => k.Selector) },
                    new { Selectors = added.Select(k => k.Selector) }
                );
            },
            cancellationToken
        );

    /// <summary>Deletes the domain; its keys sign what is under way, and go later. False when there is none.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, string id, Act act, CancellationToken cancellationToken) =>
        await WriteAsync(
            tenantId,
            id,
            (db, domain, known) =>
            {
                var now = time.GetStoredNow();
                foreach (var key in known.Where(k => k.RetiredAt is null))
                    key.RetiredAt = now;
                db.SenderDomains.Remove(domain);
                AuditLog.Note(db, time, act, "domain_delete", tenantId, Target(domain), before: State(domain));
            },
            cancellationToken
        )
            is not null;

    /// <summary>What happened to a domain, newest first.</summary>
    public async Task<IReadOnlyList<DomainEvent>> HistoryAsync(Guid tenantId, Guid domainId, int limit, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db
            .DomainEvents.AsNoTracking()
            .Where(e => e.DomainId == domainId)
            .OrderByDescending(e => e.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);
    }

    private async Task<DomainWithKeys?> WriteAsync(
        Guid tenantId,
        string id,
        Action<MailDb, SenderDomain, IReadOnlyList<StoredDkimKey>> change,
        CancellationToken cancellationToken
    )
    {
        if (!Ids.TryRead(Ids.Domain, id, out var domainId))
            return null;
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<DomainWithKeys?> TryAsync()
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, t => t.Name), cancellationToken);
            if (await db.SenderDomains.SingleOrDefaultAsync(d => d.Id == domainId, cancellationToken) is not { } domain)
                return null;
            change(db, domain, await db.DkimKeys.Where(k => k.Domain == domain.Name).ToListAsync(cancellationToken));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return With(domain, await db.DkimKeys.AsNoTracking().Where(k => k.Domain == domain.Name).ToListAsync(cancellationToken));
        }
    }

    private static object Target(SenderDomain domain) => new { DomainId = Ids.Show(Ids.Domain, domain.Id), Domain = domain.Name };

    private static object State(SenderDomain domain) =>
        new
        {
            domain.IsActive,
            AllowSubdomains = domain.AllowsSubdomains,
            CustomReturnPath = domain.WantsReturnPath,
            domain.DmarcPolicy,
            DmarcRuaEmail = domain.DmarcReports,
        };

    private static DomainWithKeys With(SenderDomain domain, IEnumerable<StoredDkimKey> keys) =>
        new(
            domain,
            [
                .. keys.OrderBy(k => k.RetiredAt is not null)
                    .ThenByDescending(k => k.IsInUse)
                    .ThenBy(k => k.CreatedAt)
                    .ThenBy(k => k.Selector, StringComparer.Ordinal),
            ]
        );
}
