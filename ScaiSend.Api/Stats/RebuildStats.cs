using System.Data.Common;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>What a rebuild did.</summary>
/// <param name="Rebuilt">Days that have new numbers.</param>
/// <param name="Kept">Days of which events are gone, so that their old numbers stay.</param>
public sealed record RebuiltStats(IReadOnlyList<int> Rebuilt, IReadOnlyList<int> Kept, RebuildTrouble? Trouble = null);

/// <summary>Why nothing, or not everything, was rebuilt.</summary>
public enum RebuildTrouble
{
    /// <summary>Others are being rebuilt, or it took too long.</summary>
    Busy,
    ZoneChanged,

    /// <summary>In one day.</summary>
    TooMuch,
}

/// <summary>
/// Counts days of a tenant anew, in its present time zone, while the roll-up goes on. Most is read without any lock; then, holding the positions, what was rolled up
/// meanwhile is read too, and some days are replaced: so the numbers are those of exactly the events that are counted.
/// Days of another zone are always among them, asked for or not (<see cref="RebuiltDays"/>): an event must not count on a day of the old zone and on one of the new.
/// GUARANTEE: a day whose events are not all there any more keeps its numbers.
/// </summary>
public sealed class RebuildStats(MailDatabase database, TimeProvider time) : IDisposable
{
    /// <summary>Most days that may be asked for.</summary>
    public const int MaxDays = 400;

    /// <summary>How long a rebuild may wait for others of this process and count.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private const int EventsOfBatch = 5000;
    private const int RowsOfTransaction = 5000;
    private const int MaxRows = 500_000;

    // Each may keep many numbers in memory.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <param name="first">The first day; <see cref="DateOnly.DayNumber"/>.</param>
    /// <param name="last">The last day, included.</param>
    public async Task<RebuiltStats> RunAsync(Guid tenantId, int first, int last, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await _turn.WaitAsync(stop.Token);
            try
            {
                await using var connection = await database.OpenAsync(stop.Token);
                return await RunAsync(connection, tenantId, first, last, stop.Token);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new RebuiltStats([], [], RebuildTrouble.Busy);
        }
    }

    private async Task<RebuiltStats> RunAsync(
        DbConnection connection,
        Guid tenantId,
        int first,
        int last,
        CancellationToken cancellationToken
    )
    {
        var (zone, days) = await PlanAsync(connection, tenantId, new RebuiltDays(first, last), cancellationToken);
        return await CountAsync(connection, tenantId, zone, days, cancellationToken);
    }

    // Holding the positions, so that nobody is still counting in an older zone.
    private async Task<(TimeZoneInfo Zone, RebuiltDays Days)> PlanAsync(
        DbConnection connection,
        Guid tenantId,
        RebuiltDays asked,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await StatsPositions.BeginAsync(database.Dialect, connection, waits: true, cancellationToken);
        var zone = await ZoneAsync(connection, tenantId, cancellationToken);
        var today = TenantDays.DayOf(zone, time.GetUtcNow());
        var days = await asked.WithThoseOfOtherZonesAsync(connection, tenantId, zone, today, cancellationToken);
        await StatsPositions.RollBackAsync(connection, cancellationToken);
        return (zone, days);
    }

    private async Task<RebuiltStats> CountAsync(
        DbConnection connection,
        Guid tenantId,
        TimeZoneInfo zone,
        RebuiltDays asked,
        CancellationToken cancellationToken
    )
    {
        var (first, last) = asked;
        var count = new TenantRecount(connection, tenantId, zone, first, last);
        var counted = await StatsPositions.ReadAsync(connection, cancellationToken);
        if (!await CountToAsync(count, counted, cancellationToken))
            return first == last
                ? new RebuiltStats([], [], RebuildTrouble.TooMuch)
                : await CountHalvesAsync(connection, tenantId, zone, asked, cancellationToken);
        var (rebuilt, kept) = (new List<int>(), new List<int>());
        for (var day = first; day <= last; )
        {
            var days = count.Some(day, last, RowsOfTransaction);
            // Once more without lock, so that little is left to read with it.
            await CountToAsync(count, await StatsPositions.ReadAsync(connection, cancellationToken), cancellationToken);
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            var positions = (await StatsPositions.BeginAsync(database.Dialect, connection, waits: true, cancellationToken))!;
            if (!zone.Equals(await ZoneAsync(connection, tenantId, cancellationToken)))
            {
                await StatsPositions.RollBackAsync(connection, cancellationToken);
                return new RebuiltStats(rebuilt, kept, RebuildTrouble.ZoneChanged);
            }
            await CountToAsync(count, positions, cancellationToken);
            var complete = await count.CompleteAsync(days, cancellationToken);
            var incomplete = days.Except(complete).ToList();
            await ReplaceAndCommitAsync(connection, tenantId, complete, incomplete, count, cancellationToken);
            rebuilt.AddRange(complete);
            kept.AddRange(incomplete);
            day += days.Count;
        }
        return new RebuiltStats(rebuilt, kept);
    }

    private async Task<RebuiltStats> CountHalvesAsync(
        DbConnection connection,
        Guid tenantId,
        TimeZoneInfo zone,
        RebuiltDays days,
        CancellationToken cancellationToken
    )
    {
        var middle = days.First + (days.Last - days.First) / 2;
        var one = await CountAsync(connection, tenantId, zone, days with { Last = middle }, cancellationToken);
        if (one.Trouble is not null)
            return one;
        var other = await CountAsync(connection, tenantId, zone, days with { First = middle + 1 }, cancellationToken);
        return new RebuiltStats([.. one.Rebuilt, .. other.Rebuilt], [.. one.Kept, .. other.Kept], other.Trouble);
    }

    private static async Task<bool> CountToAsync(TenantRecount count, Dictionary<int, long> positions, CancellationToken cancellationToken)
    {
        foreach (var (lane, position) in positions)
        {
            while (await count.CountAsync(lane, position, EventsOfBatch, cancellationToken))
            {
                if (count.Tally.Rows.Count > MaxRows)
                    return false;
            }
        }
        return true;
    }

    private static async Task ReplaceAndCommitAsync(
        DbConnection connection,
        Guid tenantId,
        IReadOnlyCollection<int> days,
        IReadOnlyCollection<int> kept,
        TenantRecount count,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command);
        if (days.Count > 0)
            StatsRows.Replace(sql, tenantId, days, count.Tally.Rows.Where(row => days.Contains(row.Key.Day)));
        if (kept.Count > 0)
            StatsRows.ForgetZones(sql, tenantId, kept);
        await sql.Sql("COMMIT").ExecuteAsync(cancellationToken);
    }

    private static async Task<TimeZoneInfo> ZoneAsync(DbConnection connection, Guid tenantId, CancellationToken cancellationToken) =>
        (await TenantZones.ReadAsync(connection, [tenantId], cancellationToken)).GetValueOrDefault(tenantId, TimeZoneInfo.Utc);
}
