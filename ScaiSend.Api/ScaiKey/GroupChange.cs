using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.ScaiKey;

/// <summary>Works news of a group and of who is in it into the rows. Who is in a group is said by lists and by single moves; of each membership the newest word counts.</summary>
internal sealed class GroupChange(MailDb db, KnownThings known, Placeholders placeholders)
{
    /// <summary>Why the group cannot be; null when it can.</summary>
    public string? Trouble(ScaiKeyNews news)
    {
        var tenantId = news.Text("tenant_id");
        if (!known.Groups.TryGetValue(news.Id, out var group))
            return tenantId is null ? $"Nothing says which tenant the group {news.Id} is of" : null;
        return tenantId is null || known.Tenants.GetValueOrDefault(tenantId)?.Id == group.TenantId
            ? null
            : $"The group {news.Id} is of another tenant than {tenantId}";
    }

    /// <summary>Takes what news say of the group itself and all of its members; true when that changed anything.</summary>
    public async Task<bool> TakeAsync(ScaiKeyNews news, bool takesProfile, CancellationToken cancellationToken)
    {
        var group = await RowAsync(news, cancellationToken);
        var changed = takesProfile && news.Text("name") is { } name && name != group.Name;
        if (changed)
            group.Name = news.Text("name")!;
        if (news.Members is { } members && IsNotOlder(news, isGroup: false))
            changed |= Replace(news, group, members, isGroup: false);
        if (news.Groups is { } groups && IsNotOlder(news, isGroup: true))
            changed |= Replace(news, group, groups, isGroup: true);
        return changed;
    }

    /// <summary>One member comes or goes.</summary>
    public async Task<(MirrorOutcome Outcome, string? Reason)> MoveAsync(
        ScaiKeyNews news,
        MemberNews member,
        CancellationToken cancellationToken
    )
    {
        if (known.Find(ResourceTypes.Whole(ScaiKeyKind.Group), news.Id) is { IsDeleted: true })
            return (MirrorOutcome.Older, null);
        if (news.At < MemberTime(news.Id, member.Id) || news.At < known.TimeOf(ResourceTypes.Members(member.IsGroup), news.Id))
            return (MirrorOutcome.Older, null);
        if (member.IsIn && Trouble(news) is { } reason)
            return (MirrorOutcome.Refused, reason);
        var word = known.FindOrAdd(ResourceTypes.Member, KnownThings.MemberId(news.Id, member.Id));
        (word.StateAt, word.IsDeleted) = (news.At, !member.IsIn);
        if (member.IsIn)
        {
            var added = Add(await RowAsync(news, cancellationToken), member.Id, member.IsGroup);
            return (added ? MirrorOutcome.Changed : MirrorOutcome.Same, null);
        }
        var removed = known.Groups.TryGetValue(news.Id, out var group) && Find(member) is { } id && Remove(group, id, member.IsGroup);
        return (removed ? MirrorOutcome.Changed : MirrorOutcome.Same, null);
    }

    private async Task<UserGroup> RowAsync(ScaiKeyNews news, CancellationToken cancellationToken) =>
        known.Groups.TryGetValue(news.Id, out var group)
            ? group
            : placeholders.Group(news.Id, (await placeholders.TenantAsync(news.Text("tenant_id")!, cancellationToken)).Id);

    private bool IsNotOlder(ScaiKeyNews news, bool isGroup) => news.At >= known.TimeOf(ResourceTypes.Members(isGroup), news.Id);

    private bool Replace(ScaiKeyNews news, UserGroup group, IReadOnlyList<string> ids, bool isGroup)
    {
        var (changed, wanted) = (false, ids.ToHashSet(StringComparer.OrdinalIgnoreCase));
        foreach (var id in ids.Where(id => MemberTime(news.Id, id) < news.At))
            changed |= Add(group, id, isGroup);
        // Who is known here only was put into the group here.
        var gone = known.In(group.Id, isGroup).Where(it => it.Value is { } id && !wanted.Contains(id) && MemberTime(news.Id, id) < news.At);
        foreach (var (id, _) in gone.ToList())
            changed |= Remove(group, id, isGroup);
        known.FindOrAdd(ResourceTypes.Members(isGroup), news.Id).StateAt = news.At;
        return changed;
    }

    private DateTimeOffset MemberTime(string group, string member) =>
        known.TimeOf(ResourceTypes.Member, KnownThings.MemberId(group, member));

    private Guid? Find(MemberNews member) =>
        member.IsGroup ? known.Groups.GetValueOrDefault(member.Id)?.Id : known.Users.GetValueOrDefault(member.Id)?.Id;

    // Nobody who was deleted comes back by a list.
    private bool Add(UserGroup group, string id, bool isGroup)
    {
        if (known.Find(ResourceTypes.Whole(isGroup ? ScaiKeyKind.Group : ScaiKeyKind.User), id) is { IsDeleted: true })
            return false;
        if (!isGroup)
        {
            var user = placeholders.User(id);
            if (!known.In(group.Id, isGroup).TryAdd(user.Id, id))
                return false;
            db.GroupMembers.Add(
                new GroupMember
                {
                    TenantId = group.TenantId,
                    GroupId = group.Id,
                    UserId = user.Id,
                }
            );
            return true;
        }
        var child = placeholders.Group(id, group.TenantId);
        // Groups are in groups of their own tenant.
        if (child.TenantId != group.TenantId || child.Id == group.Id || !known.In(group.Id, isGroup).TryAdd(child.Id, id))
            return false;
        db.NestedGroups.Add(
            new NestedGroup
            {
                TenantId = group.TenantId,
                ParentId = group.Id,
                ChildId = child.Id,
            }
        );
        return true;
    }

    private bool Remove(UserGroup group, Guid id, bool isGroup)
    {
        if (!known.In(group.Id, isGroup).Remove(id))
            return false;
        if (isGroup)
            db.NestedGroups.Remove(
                new NestedGroup
                {
                    TenantId = group.TenantId,
                    ParentId = group.Id,
                    ChildId = id,
                }
            );
        else
            db.GroupMembers.Remove(
                new GroupMember
                {
                    TenantId = group.TenantId,
                    GroupId = group.Id,
                    UserId = id,
                }
            );
        return true;
    }
}
