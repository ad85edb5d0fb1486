using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Login;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.People;

/// <summary>Where a permission comes from.</summary>
/// <param name="Group">The group that has the role; null when the user has it himself.</param>
public sealed record RoleOfUser(TenantRole Role, UserGroup? Group);

/// <summary>A user with what he is in a tenant.</summary>
public sealed record UserInTenant(User User, IReadOnlyList<RoleOfUser> Roles, IReadOnlyList<UserGroup> Groups, bool IsAdministratorByRank);

/// <summary>The users of a tenant: who is at home there, has a role there, or is in one of its groups.</summary>
public sealed class StoredUsers(MailDatabase database, PeopleChanges changes)
{
    public async Task<(IReadOnlyList<User> Users, int Total)> ListAsync(Guid tenantId, AdminPage page, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await page.OfAsync(In(db).AsNoTracking().OrderBy(u => u.Id), cancellationToken);
    }

    /// <summary>The user of this id here or at ScaiKey; null when the tenant has none.</summary>
    public async Task<UserInTenant?> FindAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        if (await FindAsync(In(db).AsNoTracking(), id, cancellationToken) is not { } user)
            return null;
        var own = await db.GroupMembers.Where(m => m.UserId == user.Id).Select(m => m.GroupId).ToListAsync(cancellationToken);
        var all = (await GroupGraph.ReadAsync(db, cancellationToken)).WithOuter(own);
        var groups = await db.Groups.AsNoTracking().Where(g => all.Contains(g.Id)).ToListAsync(cancellationToken);
        var direct = await db
            .Roles.AsNoTracking()
            .Where(r => db.UserRoles.Any(has => has.UserId == user.Id && has.RoleId == r.Id))
            .ToListAsync(cancellationToken);
        var mapped = await db
            .GroupRoles.Where(has => all.Contains(has.GroupId))
            .Join(db.Roles, has => has.RoleId, role => role.Id, (has, role) => new { has.GroupId, role })
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return new UserInTenant(
            user,
            [
                .. direct.Select(role => new RoleOfUser(role, null)),
                .. mapped.Select(it => new RoleOfUser(it.role, groups.Single(g => g.Id == it.GroupId))),
            ],
            [.. groups.Where(g => own.Contains(g.Id))],
            user.Rank == Rank.TenantAdmin && user.HomeTenantId == tenantId
        );
    }

    /// <summary>Gives a user a role; once is enough.</summary>
    public Task<Refused?> GiveAsync(Change change, string id, string roleId, CancellationToken cancellationToken) =>
        changes.RunAsync(
            change,
            async it =>
            {
                var (refused, user, role) = await FindAsync(it, id, roleId, isNew: true);
                if (refused is not null || await HasAsync(it, user!, role!))
                    return refused;
                it.Db.UserRoles.Add(
                    new UserRole
                    {
                        TenantId = change.TenantId,
                        UserId = user!.Id,
                        RoleId = role!.Id,
                    }
                );
                it.Note("user_role_add", Target(user, role), new { HasRole = false }, new { HasRole = true });
                return null;
            },
            cancellationToken
        );

    /// <summary>Takes a role from a user; once is enough.</summary>
    public Task<Refused?> TakeAsync(Change change, string id, string roleId, CancellationToken cancellationToken) =>
        changes.RunAsync(
            change,
            async it =>
            {
                var (refused, user, role) = await FindAsync(it, id, roleId, isNew: false);
                if (refused is not null)
                    return refused;
                var taken = await it
                    .Db.UserRoles.Where(has => has.UserId == user!.Id && has.RoleId == role!.Id)
                    .ExecuteDeleteAsync(it.Stop);
                if (taken > 0)
                    it.Note("user_role_remove", Target(user!, role!), new { HasRole = true }, new { HasRole = false });
                return null;
            },
            cancellationToken
        );

    /// <summary>Lets a user in, or no more.</summary>
    public Task<Refused?> ActivateAsync(Change change, string id, bool isActive, CancellationToken cancellationToken) =>
        changes.RunAsync(
            change,
            async it =>
            {
                if (await FindAsync(In(it.Db), id, it.Stop) is not { } user)
                    return Refused.NotFound("User", id);
                if (user.ExternalId is not null)
                    return Refused.Conflict("The user is ScaiKey's: he is suspended and activated there");
                // He may have roles elsewhere, which are nothing to this tenant.
                if (user.HomeTenantId != change.TenantId && !it.Who.IsStaff)
                    return new Refused(403, "The user is at home elsewhere; take his roles here instead");
                if (user.Rank is Rank.PartnerAdmin or Rank.SuperAdmin && !it.Who.IsStaff)
                    return new Refused(403, "The user stands above the tenant; who runs the installation lets him in and locks him out");
                if (isActive && user.IsLockedByStaff && !it.Who.IsStaff)
                    return new Refused(403, "The user was locked out by who runs the installation; only they let him in again");
                var permissions = await PermissionsAsync(it, user);
                if (Refused.TooFar(it.Who, permissions) is { } tooFar)
                    return tooFar;
                user.IsLockedByStaff = !isActive && (user.IsLockedByStaff || it.Who.IsStaff);
                if (user.IsActive == isActive)
                    return null;
                it.Note("user_change", Target(user), new { user.IsActive }, new { IsActive = isActive });
                user.IsActive = isActive;
                if (!isActive)
                    await LoginGrants.EndAllAsync(it.Db, user.Id, it.Time, it.Stop);
                return null;
            },
            cancellationToken
        );

    /// <summary>The user of this id here or at ScaiKey.</summary>
    internal static Task<User?> FindAsync(IQueryable<User> users, string id, CancellationToken cancellationToken)
    {
        Ids.TryRead(Ids.User, id, out var userId);
        return users.SingleOrDefaultAsync(u => u.Id == userId || u.ExternalId == id, cancellationToken);
    }

    /// <summary>Those whom the tenant knows; a user of another one is nobody here.</summary>
    internal static IQueryable<User> In(MailDb db)
    {
        var tenantId = db.TenantId;
        return db.Users.Where(u =>
            u.HomeTenantId == tenantId || db.UserRoles.Any(has => has.UserId == u.Id) || db.GroupMembers.Any(m => m.UserId == u.Id)
        );
    }

    internal static object Target(User user) => new { UserId = Ids.Show(Ids.User, user.Id) };

    private static object Target(User user, TenantRole role) =>
        new
        {
            UserId = Ids.Show(Ids.User, user.Id),
            RoleId = Ids.Show(Ids.Role, role.Id),
            Role = role.Name,
        };

    // Staff brings in users of other tenants; nobody else learns that they are there.
    private static async Task<(Refused? Refused, User? User, TenantRole? Role)> FindAsync(Noting it, string id, string roleId, bool isNew)
    {
        if (await FindAsync(isNew && it.Who.IsStaff ? it.Db.Users : In(it.Db), id, it.Stop) is not { } user)
            return (Refused.NotFound("User", id), null, null);
        if (await StoredRoleChanges.FindAsync(it.Db, roleId, it.Stop) is not { } role)
            return (Refused.NotFound("Role", roleId), null, null);
        return (Refused.TooFar(it.Who, Scopes.Read(role.Permissions)), user, role);
    }

    private static Task<bool> HasAsync(Noting it, User user, TenantRole role) =>
        it.Db.UserRoles.AnyAsync(has => has.UserId == user.Id && has.RoleId == role.Id, it.Stop);

    private static async Task<IReadOnlySet<string>> PermissionsAsync(Noting it, User user)
    {
        if (user.Rank == Rank.TenantAdmin && user.HomeTenantId == it.Change.TenantId)
            return Scopes.All.ToHashSet();
        var own = await it.Db.GroupMembers.Where(m => m.UserId == user.Id).Select(m => m.GroupId).ToListAsync(it.Stop);
        var groups = (await GroupGraph.ReadAsync(it.Db, it.Stop)).WithOuter(own);
        var permissions = await it
            .Db.Roles.Where(role =>
                it.Db.UserRoles.Any(has => has.UserId == user.Id && has.RoleId == role.Id)
                || it.Db.GroupRoles.Any(has => groups.Contains(has.GroupId) && has.RoleId == role.Id)
            )
            .Select(role => role.Permissions)
            .ToListAsync(it.Stop);
        return permissions.SelectMany(Scopes.Read).ToHashSet();
    }
}
