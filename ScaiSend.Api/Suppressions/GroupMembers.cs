using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>Who left which group.</summary>
public sealed record MemberOfGroup(string Address, int GroupId, string GroupName, DateTimeOffset CreatedAt);

/// <summary>Lists members of unsubscribe groups.</summary>
public sealed class GroupMembers(MailDatabase database)
{
    /// <summary>A page, group by group and newest first. Index: (tenant_id, list, group_id, created_at), read backwards.</summary>
    /// <param name="groupId">Null: of all groups.</param>
    public async Task<IReadOnlyList<MemberOfGroup>> ListAsync(
        Guid tenantId,
        int? groupId,
        MemberPage page,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(tenantId);
        var names = await db.UnsubscribeGroups.ToDictionaryAsync(g => g.Id, g => g.Name, cancellationToken);
        var members = await db
            .Suppressions.Where(s => s.List == SuppressionList.Group && (groupId == null || s.GroupId == groupId))
            .OrderByDescending(s => s.GroupId)
            .ThenByDescending(s => s.CreatedAt)
            .ThenByDescending(s => s.AddressKey)
            .Skip(page.Offset)
            .Take(page.Limit)
            .Select(s => new
            {
                s.Address,
                s.GroupId,
                s.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        // A group that is just being deleted has no name any more.
        return
        [
            .. members
                .Where(m => names.ContainsKey(m.GroupId))
                .Select(m => new MemberOfGroup(m.Address, m.GroupId, names[m.GroupId], m.CreatedAt)),
        ];
    }
}
