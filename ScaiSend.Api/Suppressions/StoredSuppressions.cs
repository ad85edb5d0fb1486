using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>One list of a tenant.</summary>
/// <param name="GroupId">0 for every list but <see cref="SuppressionList.Group"/>.</param>
public readonly record struct ListOfTenant(Guid TenantId, SuppressionList List, int GroupId = 0);

/// <summary>The lists of a tenant, read and changed. What is added holds from the next check on.</summary>
public sealed class StoredSuppressions(MailDatabase database)
{
    /// <summary>Rows that one statement writes, so that no lock and no transaction grows with a list.</summary>
    public const int Chunk = 1000;

    /// <summary>A page, newest first. Index: (tenant_id, list, group_id, created_at), read backwards.</summary>
    public async Task<IReadOnlyList<Suppression>> PageAsync(
        ListOfTenant list,
        SuppressionListQuery query,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(list.TenantId);
        return await Filter(db, list, query)
            .OrderByDescending(s => s.CreatedAt)
            .ThenByDescending(s => s.AddressKey)
            .Skip(query.Offset)
            .Take(query.Limit)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
    }

    public async Task<int> CountAsync(ListOfTenant list, SuppressionListQuery query, CancellationToken cancellationToken)
    {
        await using var db = database.For(list.TenantId);
        return await Filter(db, list, query).CountAsync(cancellationToken);
    }

    public async Task<Suppression?> FindAsync(ListOfTenant list, string address, CancellationToken cancellationToken)
    {
        var key = SuppressedAddress.KeyOf(address);
        await using var db = database.For(list.TenantId);
        return await On(db, list).AsNoTracking().SingleOrDefaultAsync(s => s.AddressKey == key, cancellationToken);
    }

    /// <summary>Adds entries; one that is there already is replaced.</summary>
    public Task AddAsync(IEnumerable<Suppression> suppressions, CancellationToken cancellationToken) =>
        WriteInChunksAsync(
            suppressions,
            Chunk,
            (batch, some) => SuppressionRows.AddOrReplace(batch, database.Dialect, some),
            cancellationToken
        );

    /// <summary>Adds entries whose addresses are not on their list yet, and answers how many those were.</summary>
    public Task<int> AddNewAsync(IEnumerable<Suppression> suppressions, CancellationToken cancellationToken) =>
        WriteInChunksAsync(suppressions, Chunk, (batch, some) => SuppressionRows.AddNew(batch, database.Dialect, some), cancellationToken);

    /// <summary>Takes addresses off the list, and answers how many were on it.</summary>
    public Task<int> DeleteAsync(ListOfTenant list, IEnumerable<string> addresses, CancellationToken cancellationToken) =>
        DeleteAsync(list, addresses.Select(SuppressedAddress.IdOf), cancellationToken);

    /// <summary>Empties the list, but for what comes after <paramref name="now"/>.</summary>
    public async Task DeleteAllAsync(ListOfTenant list, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await OldestAsync(list, now, cancellationToken) is { Count: > 0 } some)
            await DeleteAsync(list, some, cancellationToken);
    }

    /// <summary>The addresses of these that are on the list, as they were added.</summary>
    public async Task<IReadOnlyList<string>> AmongAsync(
        ListOfTenant list,
        IEnumerable<string> addresses,
        CancellationToken cancellationToken
    )
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        var found = new List<string>();
        foreach (var some in addresses.Select(SuppressedAddress.IdOf).Distinct().Chunk(SuppressionCheck.MaxAddresses))
        {
            await using var command = connection.CreateCommand();
            await using var rows = await Where(new SqlBatch(command).Sql("SELECT address FROM suppressions"), list)
                .Sql(" AND address_key IN ")
                .Ids(some)
                .ReadAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                found.Add(rows.GetString(0));
        }
        return found;
    }

    private static IQueryable<Suppression> On(MailDb db, ListOfTenant list) =>
        db.Suppressions.Where(s => s.List == list.List && s.GroupId == list.GroupId);

    private static IQueryable<Suppression> Filter(MailDb db, ListOfTenant list, SuppressionListQuery query)
    {
        var found = On(db, list);
        if (query.From is { } from)
            found = found.Where(s => s.CreatedAt >= from);
        if (query.Until is { } until)
            found = found.Where(s => s.CreatedAt < until);
        if (query.Email is { } email)
        {
            var key = SuppressedAddress.KeyOf(email);
            found = found.Where(s => s.AddressKey == key);
        }
        if (query.Pattern is { } pattern)
            found = found.Where(s => EF.Functions.Like(s.Address, pattern, SuppressionListQuery.EscapeSign));
        return found;
    }

    private async Task<IReadOnlyList<Guid>> OldestAsync(ListOfTenant list, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await Where(new SqlBatch(command).Sql("SELECT address_key FROM suppressions"), list)
            .Sql($" AND created_at<={now.ToUnixTimeMilliseconds()} ORDER BY created_at LIMIT {Chunk}")
            .ReadAsync(cancellationToken);
        var keys = new List<Guid>();
        while (await rows.ReadAsync(cancellationToken))
            keys.Add(rows.GetId(0));
        return keys;
    }

    private Task<int> DeleteAsync(ListOfTenant list, IEnumerable<Guid> keys, CancellationToken cancellationToken) =>
        WriteInChunksAsync(
            keys.Order(),
            SuppressionCheck.MaxAddresses,
            (batch, some) => Where(batch.Sql("DELETE FROM suppressions"), list).Sql(" AND address_key IN ").Ids(some),
            cancellationToken
        );

    private async Task<int> WriteInChunksAsync<T>(
        IEnumerable<T> all,
        int chunk,
        Func<SqlBatch, IReadOnlyList<T>, SqlBatch> write,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var some in all.Chunk(chunk))
        {
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            count += await write(new SqlBatch(command), some).ExecuteAsync(cancellationToken);
        }
        return count;
    }

    private static SqlBatch Where(SqlBatch batch, ListOfTenant list) =>
        batch.Sql(" WHERE tenant_id=").Id(list.TenantId).Sql($" AND list={(int)list.List} AND group_id={list.GroupId}");
}
