using System.Data.Common;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Cleanup;

/// <summary>
/// Reads and writes of work that must never be felt by mail: each write is a transaction of its own over a bounded number of rows, and is followed by a pause
/// in which whoever waited has his turn. No lock is held from one step to the next.
/// </summary>
public sealed class SmallSteps(MailDatabase database)
{
    /// <summary>Most rows that a statement names; no transaction writes more than a few times as many.</summary>
    public const int MaxRows = 200;

    /// <summary>After each write.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>How often a write is tried that met a deadlock or a lost connection.</summary>
    public const int MaxTries = 5;

    private int _largest;

    public SqlDialect Dialect => database.Dialect;

    /// <summary>The most rows that one write has changed so far.</summary>
    public int Largest => Volatile.Read(ref _largest);

    public async Task<List<T>> ReadAsync<T>(Func<SqlBatch, SqlBatch> query, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await query(new SqlBatch(command)).ReadAsync(cancellationToken);
        var all = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
            all.Add(read(rows));
        return all;
    }

    /// <summary>Runs the statements, which end with semicolons, in one transaction; answers how many rows they changed.</summary>
    public async Task<int> WriteAsync(Action<SqlBatch> add, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await WriteOnceAsync(add, cancellationToken);
            }
            catch (Exception e) when (tries < MaxTries && database.Dialect.IsTransient(e) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause * Math.Pow(3, tries), cancellationToken);
            }
        }
    }

    private async Task<int> WriteOnceAsync(Action<SqlBatch> add, CancellationToken cancellationToken)
    {
        int changed;
        using (await database.Dialect.TakeTurnAsync(cancellationToken))
        {
            // Closed after trouble, which rolls back.
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            var batch = new SqlBatch(command).Sql(database.Dialect.Begin);
            add(batch);
            changed = await batch.ExecuteAsync(cancellationToken);
            // By itself, because SQLite counts the last statement's rows for it again.
            await using var commit = connection.CreateCommand();
            commit.CommandText = "COMMIT";
            await commit.ExecuteNonQueryAsync(cancellationToken);
        }
        _largest = Math.Max(_largest, changed);
        await Task.Delay(Pause, cancellationToken);
        return changed;
    }
}
