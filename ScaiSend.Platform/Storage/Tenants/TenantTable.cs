using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>The tenants of the installation, for those who run it.</summary>
public sealed class TenantTable(MailDatabase database, TimeProvider time)
{
    /// <summary>Most tenants in a list.</summary>
    public const int MaxListed = 1000;

    /// <summary>What a short name looks like, for people.</summary>
    public const string SlugForm = "1 to 64 small letters, digits and hyphens, beginning with a letter";

    /// <summary>In the order of their short names.</summary>
    public async Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        return await db
            .Tenants.IgnoreQueryFilters()
            .AsNoTracking()
            .OrderBy(tenant => tenant.Slug)
            .Take(MaxListed)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Adds a tenant; null when the short name is taken.</summary>
    /// <param name="complete">Adds what belongs to it in the same transaction.</param>
    /// <param name="partnerId">Whose it is; null for one of the installation itself.</param>
    /// <param name="settings">JSON object.</param>
    public async Task<Tenant?> AddAsync(
        string name,
        string slug,
        Func<MailDb, Guid, CancellationToken, Task> complete,
        CancellationToken cancellationToken,
        Guid? partnerId = null,
        string? settings = null
    )
    {
        var tenant = new Tenant
        {
            Id = Ids.New(time),
            Name = name,
            Slug = slug,
            CreatedAt = time.GetStoredNow(),
            PartnerId = partnerId,
            Settings = settings,
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        if (await db.Tenants.IgnoreQueryFilters().AnyAsync(t => t.Slug == slug, cancellationToken))
            return null;
        db.Tenants.Add(tenant);
        await complete(db, tenant.Id, cancellationToken);
        return await db.SaveUnlessTakenAsync(
            all => all.Tenants.IgnoreQueryFilters().AnyAsync(t => t.Slug == slug && t.Id != tenant.Id, cancellationToken),
            cancellationToken
        )
            ? tenant
            : null;
    }

    /// <summary>
    /// Suspends a tenant, or ends that; false when it was so already, or when he may not end it: a partner ends only what he has begun, and nobody
    /// brings back what ScaiKey has deleted.
    /// </summary>
    /// <param name="act">Who does it and why, for the audit log; null when nobody does.</param>
    /// <param name="by">As what.</param>
    public async Task<bool> SuspendAsync(
        Guid tenantId,
        bool isSuspended,
        CancellationToken cancellationToken,
        Act? act = null,
        Suspender by = Suspender.Staff
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<bool> TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var wasSuspended = await db.Tenants.AnyAsync(t => t.SuspendedAt != null, cancellationToken);
            if (await (isSuspended ? BeginAsync(db, by, cancellationToken) : EndAsync(db, by, cancellationToken)) == 0)
                return false;
            if (act is not null)
                AuditLog.Note(
                    db,
                    time,
                    act,
                    isSuspended ? "tenant_suspend" : "tenant_resume",
                    tenantId,
                    new { TenantId = tenantId },
                    new { IsSuspended = wasSuspended },
                    new { IsSuspended = isSuspended }
                );
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    // Staff makes a suspension of others its own.
    private Task<int> BeginAsync(MailDb db, Suspender by, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return db
            .Tenants.Where(t => t.SuspendedAt == null || (by == Suspender.Staff && (t.SuspendedBy == null || t.SuspendedBy != by)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(t => t.SuspendedAt, t => t.SuspendedAt ?? now).SetProperty(t => t.SuspendedBy, by),
                cancellationToken
            );
    }

    private static Task<int> EndAsync(MailDb db, Suspender by, CancellationToken cancellationToken) =>
        db
            .Tenants.Where(t => t.SuspendedAt != null && t.DeletedAt == null && (by == Suspender.Staff || t.SuspendedBy == by))
            .ExecuteUpdateAsync(
                set => set.SetProperty(t => t.SuspendedAt, (DateTimeOffset?)null).SetProperty(t => t.SuspendedBy, (Suspender?)null),
                cancellationToken
            );

    /// <summary>Whether a text may be a short name.</summary>
    public static bool IsSlug(string text) =>
        text.Length is > 0 and <= 64
        && char.IsAsciiLetterLower(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
