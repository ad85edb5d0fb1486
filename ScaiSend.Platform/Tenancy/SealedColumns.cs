using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Tenancy;

/// <summary>A column that keeps sealed secrets, in a table whose key is <c>id</c>.</summary>
public sealed record SealedColumn(string Table, string Name);

/// <summary>How many secrets of a column are sealed with which key.</summary>
/// <param name="Opened">By the id of the key.</param>
public sealed record SealedCounts(SealedColumn Column, IReadOnlyDictionary<string, int> Opened);

/// <summary>Walks over all sealed secrets, of all tenants, page by page along the primary key; safe while the service works.</summary>
public sealed class SealedColumns(MailDatabase database, SecretBox box)
{
    /// <summary>Most secrets that are read at once.</summary>
    public const int PageSize = 100;

    /// <summary>All of them: every property of the schema whose name begins so is one.</summary>
    public IReadOnlyList<SealedColumn> All()
    {
        using var db = database.ForPlatform();
        return
        [
            .. db
                .Model.GetEntityTypes()
                // Sealed with keys of their own; they end within hours, and people sign in again.
                .Where(table => table.ClrType != typeof(ConsoleSession))
                .SelectMany(table => table.GetProperties())
                .Where(property => property.ClrType == typeof(byte[]) && property.Name.StartsWith("Sealed", StringComparison.Ordinal))
                .Select(property => new SealedColumn(property.DeclaringType.GetTableName()!, property.GetColumnName()))
                .OrderBy(column => column.Table, StringComparer.Ordinal)
                .ThenBy(column => column.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Counts a column's secrets by their keys.</summary>
    public async Task<SealedCounts> CountAsync(SealedColumn column, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>();
        await WalkAsync(
            column,
            (_, bytes) =>
            {
                var key = SecretBox.KeyIdOf(bytes) ?? "not sealed";
                counts[key] = counts.GetValueOrDefault(key) + 1;
                return Task.CompletedTask;
            },
            cancellationToken
        );
        return new SealedCounts(column, counts);
    }

    /// <summary>Seals a column's secrets with the current key where another one did; answers how many. One that is replaced meanwhile is left as it is.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One opens with no key of the ring.</exception>
    public async Task<int> ResealAsync(SealedColumn column, CancellationToken cancellationToken)
    {
        var resealed = 0;
        await WalkAsync(
            column,
            async (id, bytes) =>
            {
                if (SecretBox.KeyIdOf(bytes) != box.CurrentKeyId)
                    resealed += await ReplaceAsync(column, id, bytes, box.Seal(box.Open(bytes)), cancellationToken);
            },
            cancellationToken
        );
        return resealed;
    }

    private async Task WalkAsync(SealedColumn column, Func<Guid, byte[], Task> visit, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await PageAsync(column, last, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var (id, bytes) in page)
                await visit(id, bytes);
            last = page[^1].Id;
        }
    }

    private async Task<List<(Guid Id, byte[] Bytes)>> PageAsync(SealedColumn column, Guid last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql($"SELECT id,{column.Name} FROM {column.Table} WHERE {column.Name} IS NOT NULL AND id>")
            .Id(last)
            .Sql($" ORDER BY id LIMIT {PageSize}")
            .ReadAsync(cancellationToken);
        var page = new List<(Guid, byte[])>();
        while (await rows.ReadAsync(cancellationToken))
            page.Add((rows.GetId(0), rows.GetFieldValue<byte[]>(1)));
        return page;
    }

    private async Task<int> ReplaceAsync(SealedColumn column, Guid id, byte[] old, byte[] bytes, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        return await new SqlBatch(command)
            .Sql($"UPDATE {column.Table} SET {column.Name}=")
            .Alone()
            .Value(bytes)
            .Sql(" WHERE id=")
            .Id(id)
            .Sql($" AND {column.Name}=")
            .Alone()
            .Value(old)
            .ExecuteAsync(cancellationToken);
    }
}
