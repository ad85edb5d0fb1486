using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Hierarchy;

/// <summary>The partners as administrators see and change them.</summary>
public sealed class StoredPartners(MailDatabase database, TimeProvider time)
{
    /// <summary>Those that he sees, by their short names.</summary>
    public async Task<(IReadOnlyList<Partner> Partners, int Total)> ListAsync(
        Administrator who,
        AdminPage page,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.ForPlatform();
        return await page.OfAsync(Seen(db, who).OrderBy(p => p.Slug), cancellationToken);
    }

    /// <summary>The partner of this id here or at ScaiKey; null when there is none that he sees.</summary>
    public async Task<Partner?> FindAsync(Administrator who, string id, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var partnerId = HierarchyIds.Read(Ids.Partner, id);
        return await Seen(db, who).SingleOrDefaultAsync(p => p.Id == partnerId || p.ExternalId == id, cancellationToken);
    }

    /// <summary>Adds a partner; null when the short name is taken.</summary>
    public async Task<Partner?> AddAsync(string name, string slug, Act act, CancellationToken cancellationToken)
    {
        var partner = new Partner
        {
            Id = Ids.New(time),
            Name = name,
            Slug = slug,
            CreatedAt = time.GetStoredNow(),
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        if (await db.Partners.AnyAsync(p => p.Slug == slug, cancellationToken))
            return null;
        db.Partners.Add(partner);
        AuditLog.Note(db, time, act, "partner_add", null, Target(partner), after: State(partner));
        return await SaveAsync(db, partner, cancellationToken) ? partner : null;
    }

    /// <summary>Changes what is given; null when the short name is taken.</summary>
    public async Task<Partner?> ChangeAsync(Guid id, string? name, string? slug, Act act, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        if (await db.Partners.AnyAsync(p => p.Slug == slug && p.Id != id, cancellationToken))
            return null;
        var partner = await db.Partners.SingleAsync(p => p.Id == id, cancellationToken);
        var before = State(partner);
        (partner.Name, partner.Slug) = (name ?? partner.Name, slug ?? partner.Slug);
        if (db.ChangeTracker.HasChanges())
            AuditLog.Note(db, time, act, "partner_change", null, Target(partner), before, State(partner));
        return await SaveAsync(db, partner, cancellationToken) ? partner : null;
    }

    private static Task<bool> SaveAsync(MailDb db, Partner partner, CancellationToken cancellationToken) =>
        db.SaveUnlessTakenAsync(
            all => all.Partners.AnyAsync(p => p.Slug == partner.Slug && p.Id != partner.Id, cancellationToken),
            cancellationToken
        );

    private static IQueryable<Partner> Seen(MailDb db, Administrator who) =>
        db.Partners.AsNoTracking().SeenBy(who, db.Tenants.IgnoreQueryFilters());

    private static object Target(Partner partner) => new { PartnerId = Ids.Show(Ids.Partner, partner.Id), partner.Slug };

    private static object State(Partner partner) => new { partner.Name, partner.Slug };
}
