using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>A group with the number of its members.</summary>
public sealed record CountedGroup(UnsubscribeGroup Group, int Unsubscribes);

/// <summary>What came of making or changing a group.</summary>
public enum GroupChange
{
    Done,
    NoGroup,
    NameTaken,
    TooMany,
}

/// <summary>The unsubscribe groups of a tenant.</summary>
public sealed class StoredGroups(MailDatabase database, StoredSuppressions stored, TimeProvider time)
{
    /// <summary>Most groups of a tenant, as at SendGrid.</summary>
    public const int Most = 200;

    /// <summary>The tenant's groups by age; those of these ids when some are given.</summary>
    public async Task<IReadOnlyList<CountedGroup>> ListAsync(Guid tenantId, IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var groups = await db.UnsubscribeGroups.AsNoTracking().OrderBy(g => g.CreatedAt).ThenBy(g => g.Id).ToListAsync(cancellationToken);
        var wanted = ids.Count == 0 ? groups : groups.Where(g => ids.Contains(g.Id)).ToList();
        var counts = await db
            .Suppressions.Where(s => s.List == SuppressionList.Group)
            .GroupBy(s => s.GroupId)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. wanted.Select(g => new CountedGroup(g, counts.GetValueOrDefault(g.Id)))];
    }

    /// <summary>The tenant's groups by age, without counting their members.</summary>
    public async Task<IReadOnlyList<UnsubscribeGroup>> AllAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db.UnsubscribeGroups.AsNoTracking().OrderBy(g => g.CreatedAt).ThenBy(g => g.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The group, or null when the tenant has none of this id.</summary>
    public async Task<CountedGroup?> FindAsync(Guid tenantId, int id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var group = await db.UnsubscribeGroups.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id, cancellationToken);
        return group is null
            ? null
            : new CountedGroup(
                group,
                await db.Suppressions.CountAsync(s => s.List == SuppressionList.Group && s.GroupId == id, cancellationToken)
            );
    }

    /// <summary>Whether the tenant has this group.</summary>
    public async Task<bool> ExistsAsync(Guid tenantId, int id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db.UnsubscribeGroups.AnyAsync(g => g.Id == id, cancellationToken);
    }

    public async Task<(GroupChange Change, UnsubscribeGroup? Group)> AddAsync(
        Guid tenantId,
        GroupFields fields,
        CancellationToken cancellationToken
    )
    {
        UnsubscribeGroup? added = null;
        var change = await ChangeAsync(tenantId, Add, cancellationToken);
        return (change, added);

        GroupChange Add(MailDb db, List<UnsubscribeGroup> groups)
        {
            if (groups.Count >= Most)
                return GroupChange.TooMany;
            if (IsTaken(groups, fields.Name!, except: null))
                return GroupChange.NameTaken;
            added = new UnsubscribeGroup
            {
                TenantId = tenantId,
                Id = NewId(groups),
                Name = fields.Name!,
                Description = fields.Description!,
                CreatedAt = time.GetUtcNow(),
            };
            db.UnsubscribeGroups.Add(added);
            SetDefault([.. groups, added], added, fields.IsDefault);
            return GroupChange.Done;
        }
    }

    /// <summary>Changes what is given.</summary>
    public Task<GroupChange> ChangeAsync(Guid tenantId, int id, GroupFields fields, CancellationToken cancellationToken)
    {
        return ChangeAsync(tenantId, Change, cancellationToken);

        GroupChange Change(MailDb db, List<UnsubscribeGroup> groups)
        {
            if (groups.Find(g => g.Id == id) is not { } group)
                return GroupChange.NoGroup;
            if (fields.Name is { } name && IsTaken(groups, name, except: group))
                return GroupChange.NameTaken;
            group.Name = fields.Name ?? group.Name;
            group.Description = fields.Description ?? group.Description;
            SetDefault(groups, group, fields.IsDefault);
            return GroupChange.Done;
        }
    }

    /// <summary>Deletes the group after its members; false when the tenant has none of this id.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, int id, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(tenantId, id, cancellationToken))
            return false;
        await stored.DeleteAllAsync(new ListOfTenant(tenantId, SuppressionList.Group, id), time.GetUtcNow(), cancellationToken);
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.UnsubscribeGroups.Where(g => g.Id == id).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    private async Task<GroupChange> ChangeAsync(
        Guid tenantId,
        Func<MailDb, List<UnsubscribeGroup>, GroupChange> change,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<GroupChange> TryAsync()
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            // Whoever changes groups holds the tenant's row, so two cannot take one name, and only one group is the default.
            await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, t => t.Name), cancellationToken);
            var outcome = change(db, await db.UnsubscribeGroups.ToListAsync(cancellationToken));
            if (outcome != GroupChange.Done)
                return outcome;
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return outcome;
        }
    }

    private static bool IsTaken(List<UnsubscribeGroup> groups, string name, UnsubscribeGroup? except) =>
        groups.Exists(g => g != except && string.Equals(g.Name, name, StringComparison.OrdinalIgnoreCase));

    private static void SetDefault(IReadOnlyList<UnsubscribeGroup> groups, UnsubscribeGroup group, bool? isDefault)
    {
        group.IsDefault = isDefault ?? group.IsDefault;
        foreach (var other in groups.Where(g => g != group && group.IsDefault))
            other.IsDefault = false;
    }

    private static int NewId(List<UnsubscribeGroup> groups)
    {
        while (true)
        {
            var id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            if (!groups.Exists(g => g.Id == id))
                return id;
        }
    }
}
