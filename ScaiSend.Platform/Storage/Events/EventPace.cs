using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Events;

/// <summary>Counts what has happened between two looks, over all tenants: by the lanes' positions, so that it costs no more than there is new.</summary>
public sealed class EventPace(MailDatabase database)
{
    /// <summary>Where each lane is now.</summary>
    public async Task<IReadOnlyDictionary<int, long>> PositionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT lane,position FROM event_lanes";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var positions = new Dictionary<int, long>();
        while (await rows.ReadAsync(cancellationToken))
            positions[rows.GetInt32(0)] = rows.GetInt64(1);
        return positions;
    }

    /// <summary>How many events of each type lie between. Index: the primary key (lane, position).</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(
        IReadOnlyDictionary<int, long> from,
        IReadOnlyDictionary<int, long> to,
        CancellationToken cancellationToken
    )
    {
        var counts = new Dictionary<string, long>();
        var moved = to.Where(lane => lane.Value > from.GetValueOrDefault(lane.Key)).ToList();
        if (moved.Count == 0)
            return counts;
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql("SELECT type,COUNT(*) FROM events WHERE ");
        for (var i = 0; i < moved.Count; i++)
            batch.Sql(
                $"{(i == 0 ? "" : " OR ")}(lane={moved[i].Key} AND position>{from.GetValueOrDefault(moved[i].Key)} AND position<={moved[i].Value})"
            );
        await using var rows = await batch.Sql(" GROUP BY type").ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            counts[rows.GetString(0)] = rows.GetInt64(1);
        return counts;
    }

    /// <summary>How many emails were accepted in a time. Ids begin with their time; what is accepted right now may not be committed yet.</summary>
    public async Task<long> AcceptedAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT COUNT(*) FROM emails WHERE id>=")
            .Id(Ids.FirstOf(from))
            .Sql(" AND id<")
            .Id(Ids.FirstOf(until))
            .ReadAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? rows.GetInt64(0) : 0;
    }
}
