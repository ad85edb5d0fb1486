using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.People;

/// <summary>Which groups of a tenant are in which. Members of an inner group have the roles of the outer ones.</summary>
internal sealed class GroupGraph(IReadOnlyList<NestedGroup> nested)
{
    private readonly ILookup<Guid, Guid> _outer = nested.ToLookup(n => n.ChildId, n => n.ParentId);
    private readonly ILookup<Guid, Guid> _inner = nested.ToLookup(n => n.ParentId, n => n.ChildId);

    public static async Task<GroupGraph> ReadAsync(MailDb db, CancellationToken cancellationToken) =>
        new(await db.NestedGroups.AsNoTracking().ToListAsync(cancellationToken));

    /// <summary>These groups and all that they are in, each once.</summary>
    public List<Guid> WithOuter(IEnumerable<Guid> groups) => Walk(groups, _outer);

    /// <summary>These groups and all that are in them, each once.</summary>
    public List<Guid> WithInner(IEnumerable<Guid> groups) => Walk(groups, _inner);

    /// <summary>The permissions that the members of a group get by it.</summary>
    public async Task<IReadOnlySet<string>> PermissionsAsync(MailDb db, Guid groupId, CancellationToken cancellationToken)
    {
        var groups = WithOuter([groupId]);
        var permissions = await db
            .Roles.Where(role => db.GroupRoles.Any(has => groups.Contains(has.GroupId) && has.RoleId == role.Id))
            .Select(role => role.Permissions)
            .ToListAsync(cancellationToken);
        return permissions.SelectMany(Scopes.Read).ToHashSet();
    }

    // One that is met twice, in a circle or on two ways, counts once.
    private static List<Guid> Walk(IEnumerable<Guid> from, ILookup<Guid, Guid> next)
    {
        var found = from.Distinct().ToList();
        for (var i = 0; i < found.Count; i++)
            found.AddRange(next[found[i]].Except(found).ToList());
        return found;
    }
}
