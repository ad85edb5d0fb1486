using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Login;

/// <summary>Why somebody who has proved who he is may not come in.</summary>
public enum Obstacle
{
    Deactivated,
    TenantSuspended,

    /// <summary>He has no role in the tenant that he asks for, or there is none.</summary>
    NotHisTenant,

    /// <summary>He has roles in several and none is his home.</summary>
    SeveralTenants,

    /// <summary>He has roles in none.</summary>
    NoTenant,
}

/// <summary>A user and the tenant that he enters, or the obstacle.</summary>
/// <param name="Tenant">Null also for one of a partner or of the platform who has asked for none.</param>
public sealed record Admitted(User? User, Tenant? Tenant, Obstacle? Obstacle);

/// <summary>Decides whether a user of the built-in login may come in, and to which tenant: the one that he asks for, else his home, else the only one that he has roles in.</summary>
// Across tenants on purpose: before this question is answered there is no tenant.
public sealed class Admission(MailDatabase database)
{
    /// <param name="tenant">Its id here or at ScaiKey, or its short name.</param>
    public async Task<Admitted> AdmitAsync(Guid userId, string? tenant, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId, cancellationToken) is not { IsActive: true } user)
            return new Admitted(null, null, Obstacle.Deactivated);
        var his = await TenantsOfAsync(db, user, cancellationToken);
        if (tenant is null && user.HomeTenantId is null && his.Count != 1)
            return user.Rank is Rank.PartnerAdmin or Rank.SuperAdmin
                ? new Admitted(user, null, null)
                : new Admitted(user, null, his.Count == 0 ? Obstacle.NoTenant : Obstacle.SeveralTenants);
        var found = await FindAsync(db, tenant, user.HomeTenantId ?? (his.Count == 1 ? his[0] : Guid.Empty), cancellationToken);
        if (found is null || !Reaches(user, his, found))
            return new Admitted(user, null, Obstacle.NotHisTenant);
        return new Admitted(user, found, found is { SuspendedAt: null, DeletedAt: null } ? null : Obstacle.TenantSuspended);
    }

    /// <summary>In words for the API.</summary>
    public static string Words(Obstacle obstacle) =>
        obstacle switch
        {
            Obstacle.Deactivated => "User is deactivated",
            Obstacle.TenantSuspended => "Tenant suspended",
            Obstacle.NotHisTenant => "The user has no role in this tenant",
            Obstacle.SeveralTenants => "The user has roles in several tenants; begin again with the field tenant",
            Obstacle.NoTenant => "The user has no role in any tenant",
            _ => throw new ArgumentOutOfRangeException(nameof(obstacle)),
        };

    private static bool Reaches(User user, List<Guid> his, Tenant tenant) =>
        his.Contains(tenant.Id)
        || user.Rank == Rank.SuperAdmin
        || (user.Rank == Rank.PartnerAdmin && user.PartnerId is not null && user.PartnerId == tenant.PartnerId);

    private static async Task<List<Guid>> TenantsOfAsync(MailDb db, User user, CancellationToken cancellationToken)
    {
        var id = user.Id;
        var roles = db.UserRoles.IgnoreQueryFilters().Where(r => r.UserId == id).Select(r => r.TenantId);
        var groups = db.GroupMembers.IgnoreQueryFilters().Where(m => m.UserId == id).Select(m => m.TenantId);
        var found = await roles.Union(groups).ToListAsync(cancellationToken);
        if (user.HomeTenantId is { } home && !found.Contains(home))
            found.Add(home);
        return found;
    }

    private static Task<Tenant?> FindAsync(MailDb db, string? name, Guid otherwise, CancellationToken cancellationToken)
    {
        var tenants = db.Tenants.IgnoreQueryFilters().AsNoTracking();
        if (name is null)
            return tenants.SingleOrDefaultAsync(t => t.Id == otherwise, cancellationToken);
        Ids.TryRead(Ids.Tenant, name, out var id);
        return tenants.FirstOrDefaultAsync(t => t.Id == id || t.ExternalId == name || t.Slug == name, cancellationToken);
    }
}
