using System.Data.Common;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>Counts a tenant's events of some days once more, lane by lane, and knows how far it is.</summary>
internal sealed class TenantRecount(DbConnection connection, Guid tenantId, TimeZoneInfo zone, int first, int last)
{
    private readonly Dictionary<int, long> _reached = [];

    // All of every day of UTC that has a moment of these days.
    private readonly DateTimeOffset _from = TenantDays.StartUtc(first - 1);
    private readonly DateTimeOffset _to = TenantDays.StartUtc(last + 2);

    public StatsTally Tally { get; } = new(_ => zone);

    /// <summary>Counts some events of a lane, at most up to a position.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> CountAsync(int lane, long upTo, int limit, CancellationToken cancellationToken)
    {
        var after = _reached.GetValueOrDefault(lane);
        if (after >= upTo)
            return false;
        var events = new List<CountedEvent>();
        await using var command = connection.CreateCommand();
        await using var rows = await CountedEvent
            .AddOfTenant(new SqlBatch(command), new StretchOfLane(lane, after, upTo), tenantId, _from, _to, limit)
            .ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            events.Add(CountedEvent.Read(rows));
        await rows.CloseAsync();
        foreach (var e in await CountedEvent.WithMailAsync(connection, events, cancellationToken))
            // Without its message it is no longer known what it counted for.
            if (e.Categories is not null && e.Recipient is not null)
                Tally.Count(e);
        var hasMore = events.Count == limit;
        _reached[lane] = hasMore ? events[^1].Position : upTo;
        return hasMore;
    }

    /// <summary>So many days from one on that they have few rows, at least one day.</summary>
    public IReadOnlyList<int> Some(int from, int to, int maxRows)
    {
        var rowsOfDay = Tally.Rows.Keys.CountBy(key => key.Day).ToDictionary();
        var days = new List<int> { from };
        var rows = rowsOfDay.GetValueOrDefault(from);
        while (days[^1] < to && (rows += rowsOfDay.GetValueOrDefault(days[^1] + 1)) <= maxRows)
            days.Add(days[^1] + 1);
        return days;
    }

    /// <summary>Which of the days have all events that were ever counted for them.</summary>
    public async Task<IReadOnlyList<int>> CompleteAsync(IReadOnlyList<int> days, CancellationToken cancellationToken)
    {
        var incomplete = new HashSet<int>();
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT day,events FROM stats_counted_days WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND day BETWEEN {days[0] - 1} AND {days[^1] + 1}")
            .ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (Tally.Events.GetValueOrDefault((tenantId, rows.GetInt32(0))) < rows.GetInt64(1))
                incomplete.Add(rows.GetInt32(0));
        }
        return [.. days.Where(day => !TenantDays.UtcDaysOf(zone, day).Any(incomplete.Contains))];
    }
}
