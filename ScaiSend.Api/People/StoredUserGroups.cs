using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.People;

/// <summary>A group with what is in it, what it is in, and the roles that its members have by it.</summary>
public sealed record WholeGroup(
    UserGroup Group,
    IReadOnlyList<User> Members,
    IReadOnlyList<UserGroup> Inner,
    IReadOnlyList<UserGroup> Outer,
    IReadOnlyList<TenantRole> Roles
);

/// <summary>The groups of a tenant. Those of ScaiKey are as they are there; only which roles they have is said here.</summary>
public sealed class StoredUserGroups(MailDatabase database, PeopleChanges changes)
{
    /// <summary>Most groups of a tenant.</summary>
    public const int Most = 1000;

    /// <summary>Most members that are shown with a group.</summary>
    public const int MaxShown = 1000;

    public async Task<(IReadOnlyList<UserGroup> Groups, int Total)> ListAsync(
        Guid tenantId,
        AdminPage page,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(tenantId);
        return await page.OfAsync(db.Groups.AsNoTracking().OrderBy(g => g.Name).ThenBy(g => g.Id), cancellationToken);
    }

    public async Task<WholeGroup?> FindAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await FindAsync(db, id, cancellationToken) is { } group
            ? new WholeGroup(
                group,
                await db
                    .Users.Where(u => db.GroupMembers.Any(m => m.GroupId == group.Id && m.UserId == u.Id))
                    .OrderBy(u => u.Id)
                    .Take(MaxShown)
                    .ToListAsync(cancellationToken),
                await db
                    .Groups.Where(g => db.NestedGroups.Any(n => n.ParentId == group.Id && n.ChildId == g.Id))
                    .ToListAsync(cancellationToken),
                await db
                    .Groups.Where(g => db.NestedGroups.Any(n => n.ChildId == group.Id && n.ParentId == g.Id))
                    .ToListAsync(cancellationToken),
                await db
                    .Roles.Where(r => db.GroupRoles.Any(has => has.GroupId == group.Id && has.RoleId == r.Id))
                    .ToListAsync(cancellationToken)
            )
            : null;
    }

    public async Task<(Refused? Refused, Guid Id)> AddAsync(Change change, string name, CancellationToken cancellationToken)
    {
        var id = Guid.Empty;
        var refused = await changes.RunAsync(change, MakeAsync, cancellationToken);
        return (refused, id);

        async Task<Refused?> MakeAsync(Noting it)
        {
            if (await it.Db.Groups.CountAsync(it.Stop) >= Most)
                return Refused.Conflict($"A tenant has at most {Most} groups");
            var group = new UserGroup
            {
                Id = id = Ids.New(it.Time),
                TenantId = change.TenantId,
                Name = name,
                CreatedAt = it.Time.GetStoredNow(),
            };
            it.Db.Groups.Add(group);
            it.Note("group_add", Target(group), after: new { Name = name });
            return null;
        }
    }

    public Task<Refused?> RenameAsync(Change change, string id, string name, CancellationToken cancellationToken) =>
        OnAsync(
            change,
            id,
            (it, group) =>
            {
                if (group.Name == name)
                    return Task.FromResult<Refused?>(null);
                it.Note("group_change", Target(group), new { group.Name }, new { Name = name });
                group.Name = name;
                return Task.FromResult<Refused?>(null);
            },
            cancellationToken
        );

    /// <summary>Deletes a group, and what its members have by it.</summary>
    public Task<Refused?> DeleteAsync(Change change, string id, CancellationToken cancellationToken) =>
        OnAsync(
            change,
            id,
            async (it, group) =>
            {
                var members = await it.Db.GroupMembers.Where(m => m.GroupId == group.Id).ExecuteDeleteAsync(it.Stop);
                var roles = await it.Db.GroupRoles.Where(has => has.GroupId == group.Id).ExecuteDeleteAsync(it.Stop);
                await it.Db.NestedGroups.Where(n => n.ParentId == group.Id || n.ChildId == group.Id).ExecuteDeleteAsync(it.Stop);
                it.Db.Groups.Remove(group);
                it.Note(
                    "group_delete",
                    Target(group),
                    new
                    {
                        group.Name,
                        Members = members,
                        Roles = roles,
                    }
                );
                return null;
            },
            cancellationToken
        );

    public Task<Refused?> SetMemberAsync(Change change, string id, string userId, bool isIn, CancellationToken cancellationToken) =>
        OnAsync(
            change,
            id,
            async (it, group) =>
            {
                var known = isIn && it.Who.IsStaff ? it.Db.Users : StoredUsers.In(it.Db);
                if (await StoredUsers.FindAsync(known, userId, it.Stop) is not { } user)
                    return Refused.NotFound("User", userId);
                var member = new GroupMember
                {
                    TenantId = change.TenantId,
                    GroupId = group.Id,
                    UserId = user.Id,
                };
                var has = await it.Db.GroupMembers.AnyAsync(m => m.GroupId == group.Id && m.UserId == user.Id, it.Stop);
                if (Set(it, member, has, isIn))
                    it.Note(
                        isIn ? "group_member_add" : "group_member_remove",
                        new
                        {
                            GroupId = Ids.Show(Ids.Group, group.Id),
                            Group = group.Name,
                            UserId = Ids.Show(Ids.User, user.Id),
                        },
                        new { IsMember = has },
                        new { IsMember = isIn }
                    );
                return null;
            },
            cancellationToken
        );

    /// <summary>Puts a group into another, or takes it out; never so that one is in itself.</summary>
    public Task<Refused?> SetInnerAsync(Change change, string id, string innerId, bool isIn, CancellationToken cancellationToken) =>
        OnAsync(
            change,
            id,
            async (it, outer) =>
            {
                if (await FindAsync(it.Db, innerId, it.Stop) is not { } inner)
                    return Refused.NotFound("Group", innerId);
                if (isIn && (await GroupGraph.ReadAsync(it.Db, it.Stop)).WithOuter([outer.Id]).Contains(inner.Id))
                    return Refused.Conflict($"The group {innerId} cannot be in {id}: it would be in itself");
                var nested = new NestedGroup
                {
                    TenantId = change.TenantId,
                    ParentId = outer.Id,
                    ChildId = inner.Id,
                };
                var has = await it.Db.NestedGroups.AnyAsync(n => n.ParentId == outer.Id && n.ChildId == inner.Id, it.Stop);
                if (Set(it, nested, has, isIn))
                    it.Note(
                        isIn ? "group_nest" : "group_unnest",
                        new
                        {
                            GroupId = Ids.Show(Ids.Group, outer.Id),
                            Group = outer.Name,
                            InnerId = Ids.Show(Ids.Group, inner.Id),
                        },
                        new { IsIn = has },
                        new { IsIn = isIn }
                    );
                return null;
            },
            cancellationToken
        );

    /// <summary>Gives the members of a group a role, or takes it from them; also of one of ScaiKey.</summary>
    public Task<Refused?> SetRoleAsync(Change change, string id, string roleId, bool has, CancellationToken cancellationToken) =>
        changes.RunAsync(
            change,
            async it =>
            {
                if (await FindAsync(it.Db, id, it.Stop) is not { } group)
                    return Refused.NotFound("Group", id);
                if (await StoredRoleChanges.FindAsync(it.Db, roleId, it.Stop) is not { } role)
                    return Refused.NotFound("Role", roleId);
                if (Refused.TooFar(it.Who, Scopes.Read(role.Permissions)) is { } tooFar)
                    return tooFar;
                var mapping = new GroupRole
                {
                    TenantId = change.TenantId,
                    GroupId = group.Id,
                    RoleId = role.Id,
                };
                var had = await it.Db.GroupRoles.AnyAsync(m => m.GroupId == group.Id && m.RoleId == role.Id, it.Stop);
                if (Set(it, mapping, had, has))
                    it.Note(
                        has ? "group_role_add" : "group_role_remove",
                        new
                        {
                            GroupId = Ids.Show(Ids.Group, group.Id),
                            Group = group.Name,
                            RoleId = Ids.Show(Ids.Role, role.Id),
                            Role = role.Name,
                        },
                        new { HasRole = had },
                        new { HasRole = has }
                    );
                return null;
            },
            cancellationToken
        );

    // A change of a group that is ours, by somebody who may himself what it permits.
    private Task<Refused?> OnAsync(
        Change change,
        string id,
        Func<Noting, UserGroup, Task<Refused?>> make,
        CancellationToken cancellationToken
    ) =>
        changes.RunAsync(
            change,
            async it =>
            {
                if (await FindAsync(it.Db, id, it.Stop) is not { } group)
                    return Refused.NotFound("Group", id);
                if (group.ExternalId is not null)
                    return Refused.Conflict("The group is ScaiKey's: it is changed there; only its roles are said here");
                var permissions = await (await GroupGraph.ReadAsync(it.Db, it.Stop)).PermissionsAsync(it.Db, group.Id, it.Stop);
                return Refused.TooFar(it.Who, permissions) ?? await make(it, group);
            },
            cancellationToken
        );

    private static bool Set<T>(Noting it, T row, bool isThere, bool shallBe)
        where T : class
    {
        if (isThere == shallBe)
            return false;
        it.Db.Entry(row).State = shallBe ? EntityState.Added : EntityState.Deleted;
        return true;
    }

    private static object Target(UserGroup group) => new { GroupId = Ids.Show(Ids.Group, group.Id), Group = group.Name };

    private static async Task<UserGroup?> FindAsync(MailDb db, string id, CancellationToken cancellationToken)
    {
        Ids.TryRead(Ids.Group, id, out var groupId);
        return await db.Groups.SingleOrDefaultAsync(g => g.Id == groupId || g.ExternalId == id, cancellationToken);
    }
}
