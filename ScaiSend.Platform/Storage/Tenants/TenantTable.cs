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

    /// <summary>Suspends a tenant, or ends that; false when it was so already.</summary>
    /// <param name="act">Who does it and why, for the audit log; null when nobody does.</param>
    public async Task<bool> SuspendAsync(Guid tenantId, bool isSuspended, CancellationToken cancellationToken, Act? act = null)
    {
        DateTimeOffset? now = isSuspended ? time.GetStoredNow() : null;
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<bool> TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var changed = await db
                .Tenants.Where(tenant => (tenant.SuspendedAt != null) != isSuspended)
                .ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.SuspendedAt, now), cancellationToken);
            if (changed == 0)
                return false;
            if (act is not null)
                AuditLog.Note(
                    db,
                    time,
                    act,
                    isSuspended ? "tenant_suspend" : "tenant_resume",
                    tenantId,
                    new { TenantId = tenantId },
                    new { IsSuspended = !isSuspended },
                    new { IsSuspended = isSuspended }
                );
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    /// <summary>Whether a text may be a short name.</summary>
    public static bool IsSlug(string text) =>
        text.Length is > 0 and <= 64
        && char.IsAsciiLetterLower(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
