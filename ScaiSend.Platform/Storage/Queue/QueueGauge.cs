using System.Data.Common;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>How much of a tenant's mail is in one lane.</summary>
/// <param name="Count">At most <see cref="QueueGauge.MostCounted"/>, which then means that or more.</param>
/// <param name="EarliestDueAt">When the first of it is due, or its lease ends.</param>
public sealed record LaneFill(Guid TenantId, EmailLane Lane, long Count, DateTimeOffset EarliestDueAt);

/// <summary>Looks often at how full the queue is: the index (tenant_id, lane, due_at) answers it, and each count is bounded.</summary>
public sealed class QueueGauge(MailDatabase database)
{
    /// <summary>Counting further costs more than anybody learns from it.</summary>
    public const long MostCounted = 100_000;

    private const int MostInOneStatement = 100;

    public async Task<IReadOnlyList<LaneFill>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        var fills = new List<LaneFill>();
        foreach (var some in (await LanesAsync(connection, cancellationToken)).Chunk(MostInOneStatement))
            fills.AddRange(await CountAsync(connection, some, cancellationToken));
        return fills;
    }

    // A loose index scan: its cost grows with tenants, not with emails.
    private static async Task<IReadOnlyList<LaneFill>> LanesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT tenant_id,lane,MIN(due_at) FROM emails GROUP BY tenant_id,lane HAVING lane<>{(int)EmailLane.Ended}";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var lanes = new List<LaneFill>();
        while (await rows.ReadAsync(cancellationToken))
            if (rows.GetMoment(2) is { } due)
                lanes.Add(new LaneFill(rows.GetId(0), (EmailLane)rows.GetInt32(1), 0, due));
        return lanes;
    }

    private static async Task<IReadOnlyList<LaneFill>> CountAsync(
        DbConnection connection,
        IReadOnlyList<LaneFill> lanes,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command);
        for (var i = 0; i < lanes.Count; i++)
            batch
                .Sql(i == 0 ? "" : " UNION ALL ")
                .Sql($"SELECT {i},COUNT(*) FROM (SELECT 1 FROM emails WHERE tenant_id=")
                .Id(lanes[i].TenantId)
                .Sql($" AND lane={(int)lanes[i].Lane} LIMIT {MostCounted}) t{i}");
        await using var rows = await batch.ReadAsync(cancellationToken);
        var counted = new List<LaneFill>();
        while (await rows.ReadAsync(cancellationToken))
            counted.Add(lanes[rows.GetInt32(0)] with { Count = rows.GetInt64(1) });
        return counted;
    }
}
