using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.People;

/// <summary>What a request says about a role. Null: not given.</summary>
public sealed record RoleFields(string? Name, string? Description, IReadOnlyList<string>? Permissions);

/// <summary>The roles of a tenant, read and changed.</summary>
public sealed class StoredRoleChanges(MailDatabase database, PeopleChanges changes)
{
    /// <summary>Most roles of a tenant.</summary>
    public const int Most = 200;

    public async Task<(IReadOnlyList<TenantRole> Roles, int Total)> ListAsync(
        Guid tenantId,
        AdminPage page,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(tenantId);
        return await page.OfAsync(db.Roles.AsNoTracking().OrderBy(r => r.Name), cancellationToken);
    }

    public async Task<TenantRole?> FindAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await FindAsync(db, id, cancellationToken);
    }

    public async Task<(Refused? Refused, TenantRole? Role)> AddAsync(Change change, RoleFields fields, CancellationToken cancellationToken)
    {
        TenantRole? added = null;
        var refused = await changes.RunAsync(change, MakeAsync, cancellationToken);
        return (refused, added);

        async Task<Refused?> MakeAsync(Noting it)
        {
            if (Refused.TooFar(it.Who, fields.Permissions!) is { } tooFar)
                return tooFar;
            if (await it.Db.Roles.CountAsync(it.Stop) >= Most)
                return Refused.Conflict($"A tenant has at most {Most} roles");
            if (await IsTakenAsync(it, fields.Name!, except: null))
                return Taken(fields.Name!);
            added = new TenantRole
            {
                Id = Ids.New(it.Time),
                TenantId = change.TenantId,
                Name = fields.Name!,
                Description = fields.Description,
                Permissions = Scopes.Write(fields.Permissions!),
                CreatedAt = it.Time.GetStoredNow(),
            };
            it.Db.Roles.Add(added);
            it.Note("role_add", Target(added), after: State(added));
            return null;
        }
    }

    public async Task<(Refused? Refused, TenantRole? Role)> ChangeAsync(
        Change change,
        string id,
        RoleFields fields,
        CancellationToken cancellationToken
    )
    {
        TenantRole? role = null;
        var refused = await changes.RunAsync(change, MakeAsync, cancellationToken);
        return (refused, role);

        async Task<Refused?> MakeAsync(Noting it)
        {
            if ((role = await FindAsync(it.Db, id, it.Stop)) is null)
                return Refused.NotFound("Role", id);
            // Before and after: a stronger role is not his to weaken either.
            if (Refused.TooFar(it.Who, Scopes.Read(role.Permissions).Concat(fields.Permissions ?? [])) is { } tooFar)
                return tooFar;
            if (fields.Name is { } name && name != role.Name && await IsTakenAsync(it, name, role.Id))
                return Taken(name);
            var before = State(role);
            role.Name = fields.Name ?? role.Name;
            role.Description = fields.Description ?? role.Description;
            role.Permissions = fields.Permissions is { } permissions ? Scopes.Write(permissions) : role.Permissions;
            if (it.Db.ChangeTracker.HasChanges())
                it.Note("role_change", Target(role), before, State(role));
            return null;
        }
    }

    /// <summary>Deletes a role, and that users and groups have it.</summary>
    public Task<Refused?> DeleteAsync(Change change, string id, CancellationToken cancellationToken) =>
        changes.RunAsync(
            change,
            async it =>
            {
                if (await FindAsync(it.Db, id, it.Stop) is not { } role)
                    return Refused.NotFound("Role", id);
                if (Refused.TooFar(it.Who, Scopes.Read(role.Permissions)) is { } tooFar)
                    return tooFar;
                var users = await it.Db.UserRoles.Where(has => has.RoleId == role.Id).ExecuteDeleteAsync(it.Stop);
                var groups = await it.Db.GroupRoles.Where(has => has.RoleId == role.Id).ExecuteDeleteAsync(it.Stop);
                it.Db.Roles.Remove(role);
                it.Note(
                    "role_delete",
                    Target(role),
                    new
                    {
                        Role = State(role),
                        Users = users,
                        Groups = groups,
                    }
                );
                return null;
            },
            cancellationToken
        );

    internal static async Task<TenantRole?> FindAsync(MailDb db, string id, CancellationToken cancellationToken) =>
        Ids.TryRead(Ids.Role, id, out var roleId) ? await db.Roles.SingleOrDefaultAsync(r => r.Id == roleId, cancellationToken) : null;

    internal static object Target(TenantRole role) => new { RoleId = Ids.Show(Ids.Role, role.Id), Role = role.Name };

    private static object State(TenantRole role) =>
        new
        {
            role.Name,
            role.Description,
            Permissions = Scopes.Read(role.Permissions),
        };

    private static async Task<bool> IsTakenAsync(Noting it, string name, Guid? except) =>
        (await it.Db.Roles.Where(r => r.Id != except).Select(r => r.Name).ToListAsync(it.Stop)).Contains(
            name,
            StringComparer.OrdinalIgnoreCase
        );

    private static Refused Taken(string name) => Refused.Conflict($"There is a role {name} already");
}
