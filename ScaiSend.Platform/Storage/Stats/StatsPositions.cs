using System.Data.Common;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Stats;

/// <summary>How far each lane is counted. Who counts or replaces numbers holds all rows until its commit, so nobody else does meanwhile.</summary>
public static class StatsPositions
{
    /// <summary>Adds the rows of lanes that are new.</summary>
    public static async Task AddMissingAsync(SqlDialect dialect, DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        await new SqlBatch(command)
            .Sql($"{dialect.InsertNew}stats_positions (lane,position) SELECT lane,0 FROM event_lanes")
            .ExecuteAsync(cancellationToken);
    }

    /// <summary>What is committed and not counted, without any lock. A lane that has no row yet is not among them and counts as missing.</summary>
    public static async Task<(IReadOnlyList<StretchOfLane> Owed, bool IsMissing)> LookAsync(
        DbConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT l.lane,p.position,l.position FROM event_lanes l LEFT JOIN stats_positions p ON p.lane=l.lane")
            .ReadAsync(cancellationToken);
        var owed = new List<StretchOfLane>();
        var isMissing = false;
        while (await rows.ReadAsync(cancellationToken))
        {
            if (rows.IsDBNull(1))
                isMissing = true;
            else if (rows.GetInt64(1) < rows.GetInt64(2))
                owed.Add(new StretchOfLane(rows.GetInt32(0), rows.GetInt64(1), rows.GetInt64(2)));
        }
        return (owed, isMissing);
    }

    /// <summary>Begins a transaction that holds all positions.</summary>
    /// <returns>The positions by lane; null when somebody else holds them and <paramref name="waits"/> is false.</returns>
    public static async Task<Dictionary<int, long>?> BeginAsync(
        SqlDialect dialect,
        DbConnection connection,
        bool waits,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql(dialect.Begin)
            .Sql("SELECT COUNT(*) FROM stats_positions;SELECT lane,position FROM stats_positions ORDER BY lane")
            .Sql(waits ? dialect.ForUpdate : dialect.ForUpdateSkipLocked)
            .ReadAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var count = rows.GetInt64(0);
        await rows.NextResultAsync(cancellationToken);
        var positions = new Dictionary<int, long>();
        while (await rows.ReadAsync(cancellationToken))
            positions.Add(rows.GetInt32(0), rows.GetInt64(1));
        return positions.Count == count ? positions : null;
    }

    /// <summary>How far each lane is counted, without any lock.</summary>
    public static async Task<Dictionary<int, long>> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command).Sql("SELECT lane,position FROM stats_positions").ReadAsync(cancellationToken);
        var positions = new Dictionary<int, long>();
        while (await rows.ReadAsync(cancellationToken))
            positions.Add(rows.GetInt32(0), rows.GetInt64(1));
        return positions;
    }

    /// <summary>Ends the transaction without any change.</summary>
    public static async Task RollBackAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        await new SqlBatch(command).Sql("ROLLBACK").ExecuteAsync(cancellationToken);
    }
}
