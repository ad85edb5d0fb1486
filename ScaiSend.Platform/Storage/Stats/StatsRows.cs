using System.Text;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Stats;

/// <summary>Writes what was counted. Only who holds <see cref="StatsPositions"/> may.</summary>
public static class StatsRows
{
    // So that no statement grows without bound.
    private const int RowsOfStatement = 500;
    private const string Key = "tenant_id,dimension,day,name";
    private static readonly string Columns = string.Join(',', MetricCounts.Columns);

    /// <summary>Adds to the numbers that are there.</summary>
    public static void Add(SqlBatch batch, SqlDialect dialect, StatsTally tally)
    {
        foreach (var rows in tally.Rows.OrderBy(row => row.Key.TenantId).ThenBy(row => row.Key.Day).Chunk(RowsOfStatement))
            Insert(batch, rows).Sql(dialect.OnConflictAdd(Key, MetricCounts.Columns)).Sql(";");
        foreach (var days in tally.Events.OrderBy(day => day.Key.TenantId).ThenBy(day => day.Key.Day).Chunk(RowsOfStatement))
        {
            batch.Sql("INSERT INTO stats_counted_days (tenant_id,day,events) VALUES ");
            for (var i = 0; i < days.Length; i++)
                batch.Row(i == 0).Value(days[i].Key.TenantId).Value(days[i].Key.Day).Value(days[i].Value);
            batch.EndRows().Sql(dialect.OnConflictAdd("tenant_id,day", ["events"])).Sql(";");
        }
    }

    /// <summary>Puts these in place of all that a tenant has of these days.</summary>
    public static void Replace(
        SqlBatch batch,
        Guid tenantId,
        IReadOnlyCollection<int> days,
        IEnumerable<KeyValuePair<StatsKey, MetricCounts>> rows
    )
    {
        var dimensions = string.Join(',', Enum.GetValues<StatsDimension>().Select(d => (int)d));
        batch
            .Sql("DELETE FROM daily_stats WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND dimension IN ({dimensions}) AND day IN ({string.Join(',', days)});");
        foreach (var some in rows.Chunk(RowsOfStatement))
            Insert(batch, some).Sql(";");
    }

    /// <summary>Forgets in which zones these days were counted, because nobody can count them again.</summary>
    public static void ForgetZones(SqlBatch batch, Guid tenantId, IReadOnlyCollection<int> days) =>
        batch
            .Sql("DELETE FROM daily_stats WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND dimension={(int)StatsDimension.Zone} AND day IN ({string.Join(',', days)});");

    /// <summary>Moves a lane on.</summary>
    public static void Move(SqlBatch batch, StretchOfLane stretch) =>
        batch.Sql($"UPDATE stats_positions SET position={stretch.UpTo} WHERE lane={stretch.Lane};");

    private static SqlBatch Insert(SqlBatch batch, KeyValuePair<StatsKey, MetricCounts>[] rows)
    {
        batch.Sql($"INSERT INTO daily_stats ({Key},{Columns}) VALUES ");
        for (var i = 0; i < rows.Length; i++)
        {
            var (key, counts) = rows[i];
            batch.Row(i == 0).Value(key.TenantId).Value((long)key.Dimension).Value(key.Day).Sql($",{Name(key.Name)}");
            foreach (var metric in MetricCounts.All)
                batch.Value(counts[metric]);
        }
        return batch.EndRows();
    }

    /// <summary>A name as a literal.</summary>
    public static string Name(string name) => $"x'{Convert.ToHexString(Encoding.UTF8.GetBytes(name))}'";
}
