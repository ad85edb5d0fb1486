using System.Data.Common;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Stats;

namespace ScaiSend.Processing.Stats;

/// <summary>
/// Adds events that are not counted yet to <c>daily_stats</c>, a bounded number at a time.
/// GUARANTEE: each event counts exactly once, because its numbers and the position after it are one transaction, and only one worker has the positions.
/// </summary>
public sealed class StatsRollUp(MailDatabase database)
{
    /// <summary>Most events of one transaction.</summary>
    public const int MaxEvents = 2000;

    /// <summary>Counts one batch.</summary>
    /// <returns>Whether there may be more to count now; not when another worker is counting.</returns>
    public async Task<bool> OnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var (owed, isMissing) = await StatsPositions.LookAsync(connection, cancellationToken);
        if (owed.Count == 0 && !isMissing)
            return false;
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        if (isMissing)
            await StatsPositions.AddMissingAsync(database.Dialect, connection, cancellationToken);
        if (await StatsPositions.BeginAsync(database.Dialect, connection, waits: false, cancellationToken) is not { } positions)
        {
            await StatsPositions.RollBackAsync(connection, cancellationToken);
            return false;
        }
        var batch = Batch((await StatsPositions.LookAsync(connection, cancellationToken)).Owed, positions);
        await CountAndCommitAsync(connection, batch, cancellationToken);
        return batch.Count > 0;
    }

    // Some of each lane, so that none waits for the others; what one lane does not need the next ones may take.
    private static List<StretchOfLane> Batch(IReadOnlyList<StretchOfLane> owed, Dictionary<int, long> positions)
    {
        var batch = new List<StretchOfLane>();
        var left = (long)MaxEvents;
        foreach (var stretch in owed.OrderBy(s => s.UpTo - s.After))
        {
            var share = Math.Max(1, left / (owed.Count - batch.Count));
            var upTo = Math.Min(stretch.UpTo, positions[stretch.Lane] + share);
            batch.Add(stretch with { After = positions[stretch.Lane], UpTo = upTo });
            left -= upTo - positions[stretch.Lane];
        }
        return batch;
    }

    private async Task CountAndCommitAsync(DbConnection connection, List<StretchOfLane> batch, CancellationToken cancellationToken)
    {
        var events = batch.Count == 0 ? [] : await ReadAsync(connection, batch, cancellationToken);
        var zones = await TenantZones.ReadAsync(connection, events.Select(e => e.TenantId), cancellationToken);
        var tally = new StatsTally(tenantId => zones.GetValueOrDefault(tenantId, TimeZoneInfo.Utc));
        foreach (var e in events)
            tally.Count(e);
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command);
        StatsRows.Add(sql, database.Dialect, tally);
        foreach (var stretch in batch)
            StatsRows.Move(sql, stretch);
        await sql.Sql("COMMIT").ExecuteAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<CountedEvent>> ReadAsync(
        DbConnection connection,
        List<StretchOfLane> batch,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command);
        foreach (var stretch in batch)
            CountedEvent.AddOfLane(sql, stretch);
        var events = new List<CountedEvent>();
        await using (var rows = await sql.ReadAsync(cancellationToken))
        {
            do
            {
                while (await rows.ReadAsync(cancellationToken))
                    events.Add(CountedEvent.Read(rows));
            } while (await rows.NextResultAsync(cancellationToken));
        }
        return await CountedEvent.WithMailAsync(connection, events, cancellationToken);
    }
}
