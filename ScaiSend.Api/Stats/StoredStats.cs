using System.Data.Common;
using System.Globalization;
using System.Text;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>The numbers of one name on one day.</summary>
public sealed record NamedDay(DateOnly Day, string Name, MetricCounts Counts);

/// <summary>The numbers of one name over a time.</summary>
public sealed record NamedSum(string Name, MetricCounts Counts);

/// <summary>Reads a tenant's numbers.</summary>
public sealed class StoredStats(MailDatabase database, TimeProvider time)
{
    private static readonly string Columns = string.Join(',', MetricCounts.Columns);
    private static readonly string Sums = string.Join(',', MetricCounts.Columns.Select(c => $"SUM({c})"));

    /// <summary>The day that it is for the tenant.</summary>
    public async Task<DateOnly> TodayAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var zones = await TenantZones.ReadAsync(connection, [tenantId], cancellationToken);
        return DateOnly.FromDayNumber(TenantDays.DayOf(zones.GetValueOrDefault(tenantId, TimeZoneInfo.Utc), time.GetUtcNow()));
    }

    /// <summary>Day by day. By primary key, or with names by the index that has the name first.</summary>
    /// <param name="names">Of all when null.</param>
    /// <param name="limit">Most rows that are read; of which names they are is open when there are more. All when null.</param>
    public async Task<IReadOnlyList<NamedDay>> DaysAsync(
        Guid tenantId,
        IReadOnlyList<StatsDimension> dimensions,
        StatsRange range,
        IReadOnlyList<string>? names,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (names is { Count: 0 })
            return [];
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var sql = Where(new SqlBatch(command).Sql($"SELECT day,name,{Columns} FROM daily_stats"), tenantId, dimensions, range);
        if (names is not null)
            sql.Sql($" AND name IN ({string.Join(',', names.Select(StatsRows.Name))})");
        if (limit is not null)
            sql.Sql($" LIMIT {limit}");
        await using var rows = await sql.ReadAsync(cancellationToken);
        var days = new List<NamedDay>();
        while (await rows.ReadAsync(cancellationToken))
            days.Add(new NamedDay(DateOnly.FromDayNumber(rows.GetInt32(0)), Text(rows, 1), Counts(2, rows.GetInt64)));
        return days;
    }

    /// <summary>Everything of a time.</summary>
    public async Task<MetricCounts> SumAsync(Guid tenantId, StatsRange range, CancellationToken cancellationToken)
    {
        var sum = new MetricCounts();
        foreach (var day in await DaysAsync(tenantId, [StatsDimension.All], range, names: null, limit: null, cancellationToken))
            sum.Add(day.Counts);
        return sum;
    }

    /// <summary>Some names of a time in the order of a sum of metrics, then of their names.</summary>
    public async Task<IReadOnlyList<NamedSum>> SumsAsync(
        Guid tenantId,
        StatsDimension dimension,
        StatsRange range,
        StatsOrder order,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var by = string.Join('+', order.By.Select(metric => $"SUM({MetricCounts.Name(metric)})"));
        await using var rows = await Where(new SqlBatch(command).Sql($"SELECT name,{Sums} FROM daily_stats"), tenantId, [dimension], range)
            .Sql($" GROUP BY name ORDER BY {by} {(order.IsDescending ? "DESC" : "ASC")},name LIMIT {order.Limit} OFFSET {order.Offset}")
            .ReadAsync(cancellationToken);
        var sums = new List<NamedSum>();
        // A sum is a decimal on MySQL.
        while (await rows.ReadAsync(cancellationToken))
            sums.Add(
                new NamedSum(Text(rows, 0), Counts(1, column => Convert.ToInt64(rows.GetValue(column), CultureInfo.InvariantCulture)))
            );
        return sums;
    }

    /// <summary>Names that begin so, in their order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(
        Guid tenantId,
        StatsDimension dimension,
        string prefix,
        int limit,
        int offset,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command)
            .Sql("SELECT DISTINCT name FROM daily_stats WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND dimension={(int)dimension}");
        // 0xFF is in no text, so this is after all that begin so.
        if (prefix.Length > 0)
            sql.Sql($" AND name>={StatsRows.Name(prefix)} AND name<x'{Convert.ToHexString(Encoding.UTF8.GetBytes(prefix))}FF'");
        await using var rows = await sql.Sql($" ORDER BY name LIMIT {limit} OFFSET {offset}").ReadAsync(cancellationToken);
        var names = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
            names.Add(Text(rows, 0));
        return names;
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static SqlBatch Where(SqlBatch sql, Guid tenantId, IReadOnlyList<StatsDimension> dimensions, StatsRange range) =>
        sql.Sql(" WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND dimension IN ({string.Join(',', dimensions.Select(d => (int)d))})")
            .Sql($" AND day BETWEEN {range.Start.DayNumber} AND {range.End.DayNumber}");

    private static string Text(DbDataReader row, int column) => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column));

    private static MetricCounts Counts(int first, Func<int, long> read)
    {
        var counts = new MetricCounts();
        foreach (var metric in MetricCounts.All)
            counts[metric] = read(first + (int)metric);
        return counts;
    }
}

/// <summary>Which of the names, and in which order.</summary>
/// <param name="By">The sum of these.</param>
public sealed record StatsOrder(IReadOnlyList<Metric> By, bool IsDescending, int Limit, int Offset);
