using System.Data.Common;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>Which days are counted anew, both included; <see cref="DateOnly.DayNumber"/>.</summary>
internal readonly record struct RebuiltDays(int First, int Last)
{
    // Zones lie up to 26 hours apart, so an event may move by two days.
    private const int DaysBetweenZones = 2;

    /// <summary>
    /// As many more days that all which were counted in another zone are among them, and the days to which their events move. If the last reaches today,
    /// every later day is too, since it can only be of another zone.
    /// </summary>
    public async Task<RebuiltDays> WithThoseOfOtherZonesAsync(
        DbConnection connection,
        Guid tenantId,
        TimeZoneInfo zone,
        int today,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT MIN(day),MAX(day) FROM daily_stats WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND dimension={(int)StatsDimension.Zone} AND name<>{StatsRows.Name(zone.Id)};")
            .Sql("SELECT MAX(day) FROM daily_stats WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND dimension={(int)StatsDimension.All}")
            .ReadAsync(cancellationToken);
        var (first, last) = this;
        await rows.ReadAsync(cancellationToken);
        if (!rows.IsDBNull(0))
        {
            var (earliest, latest) = (rows.GetInt32(0), rows.GetInt32(1));
            first = Math.Min(first, earliest - DaysBetweenZones);
            // No event moves to a day that has not come.
            last = Math.Max(Math.Max(last, latest), Math.Min(latest + DaysBetweenZones, today));
        }
        await rows.NextResultAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        if (last >= today && !rows.IsDBNull(0))
            last = Math.Max(last, rows.GetInt32(0));
        return new RebuiltDays(first, last);
    }
}
