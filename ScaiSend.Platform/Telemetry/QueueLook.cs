using System.Data.Common;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Platform.Telemetry;

/// <summary>
/// Looks at the queue for its gauges. Every statement goes along an index and ends after a bounded number of entries, so its cost does not grow with the emails that
/// are stored, nor beyond <see cref="MostCounted"/> with those that wait.
/// </summary>
public sealed class QueueLook(SuspensionTable suspensions, Labels labels, TimeProvider time)
{
    /// <summary>Emails of a lane that are counted; more are this many.</summary>
    public const int MostCounted = 200_000;

    /// <summary>Deferred emails that are looked at for ages and deadlines, the oldest of each tenant.</summary>
    public const int MostDeferred = 2000;

    /// <summary>The waker takes what is due within a second, unless its tenant has much in flight.</summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(1);

    /// <summary>From when on an email is near its deadline.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromHours(6);

    private static readonly EmailLane[] Lanes = [EmailLane.Waiting, EmailLane.InFlight, EmailLane.Held];

    /// <summary>All but the ledger.</summary>
    public async Task<QueueReading> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lanes = await LanesAsync(connection, cancellationToken);
        var (ages, near) = await DeferredAsync(connection, [.. lanes.Select(l => l.TenantId).Distinct()], now, cancellationToken);
        var suspended = await suspensions.ListAsync(activeOnly: true, cancellationToken);
        return new QueueReading(
            Lanes.ToDictionary(lane => lane, lane => lanes.Where(l => l.Lane == lane).Sum(l => l.Emails)),
            lanes.Sum(l => l.Due),
            Lanes.ToDictionary(lane => lane, lane => lanes.Where(l => l.Lane == lane).Sum(l => l.Overdue)),
            Lanes.ToDictionary(lane => lane, lane => Since(lanes.Where(l => l.Lane == lane).Select(l => l.First), now)),
            ages,
            near,
            suspended.CountBy(s => labels.Provider(s.Provider)).ToDictionary(),
            await WebhookLagAsync(connection, now, cancellationToken),
            new Dictionary<string, LedgerSums>()
        );
    }

    /// <summary>What each tenant has in each lane; counting ends at <see cref="MostCounted"/> emails of a lane, over all tenants.</summary>
    public async Task<IReadOnlyList<TenantLane>> LanesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (emails, overdue) = (Lanes.ToDictionary(lane => lane, _ => 0L), Lanes.ToDictionary(lane => lane, _ => 0L));
        var due = 0L;
        var counted = new List<TenantLane>();
        foreach (var (tenantId, lane, first) in await OpenAsync(connection, cancellationToken))
        {
            var one = new TenantLane(
                tenantId,
                lane,
                await CountAsync(connection, tenantId, lane, null, MostCounted - emails[lane], cancellationToken),
                lane == EmailLane.Waiting && first <= now
                    ? await CountAsync(connection, tenantId, lane, now, MostCounted - due, cancellationToken)
                    : 0,
                first <= now - OverdueAfter
                    ? await CountAsync(connection, tenantId, lane, now - OverdueAfter, MostCounted - overdue[lane], cancellationToken)
                    : 0,
                first
            );
            emails[lane] += one.Emails;
            due += one.Due;
            overdue[lane] += one.Overdue;
            counted.Add(one);
        }
        return counted;
    }

    // Index (tenant_id, lane, due_at), passed over by leaps: one entry for each tenant and lane.
    private static async Task<List<(Guid TenantId, EmailLane Lane, DateTimeOffset First)>> OpenAsync(
        DbConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT tenant_id,lane,MIN(due_at) FROM emails GROUP BY tenant_id,lane";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var open = new List<(Guid, EmailLane, DateTimeOffset)>();
        while (await rows.ReadAsync(cancellationToken))
            if ((EmailLane)rows.GetInt32(1) is not EmailLane.Ended and var lane && rows.GetMoment(2) is { } first)
                open.Add((rows.GetId(0), lane, first));
        return open;
    }

    // The same index.
    private static async Task<long> CountAsync(
        DbConnection connection,
        Guid tenantId,
        EmailLane lane,
        DateTimeOffset? dueBy,
        long most,
        CancellationToken cancellationToken
    )
    {
        if (most <= 0)
            return 0;
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT COUNT(*) FROM (SELECT 1 FROM emails WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND lane={(int)lane}{(dueBy is { } by ? $" AND due_at<={by.ToUnixTimeMilliseconds()}" : "")} LIMIT {most}) t")
            .ReadAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        return rows.GetInt64(0);
    }

    // Index (tenant_id, state, message_id): ids are in the order of acceptance. Then the primary key of attempts.
    private async Task<(Dictionary<string, TimeSpan> Ages, long Near)> DeferredAsync(
        DbConnection connection,
        IReadOnlyList<Guid> tenantIds,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (ages, near) = (new Dictionary<string, TimeSpan>(), 0L);
        var most = Math.Max(MostDeferred / Math.Max(1, tenantIds.Count), 10);
        foreach (var tenantId in tenantIds)
        {
            await using var command = connection.CreateCommand();
            await using var rows = await new SqlBatch(command)
                .Sql("SELECT e.starts_at,e.deadline_at,(SELECT a.provider FROM attempts a WHERE a.email_id=e.id AND a.provider IS NOT NULL")
                .Sql(" ORDER BY a.number DESC LIMIT 1) FROM emails e WHERE e.tenant_id=")
                .Id(tenantId)
                .Sql($" AND e.state={(int)EmailStatus.Deferred} AND e.lane<>{(int)EmailLane.Held} ORDER BY e.message_id LIMIT {most}")
                .ReadAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var provider = labels.Provider(rows.IsDBNull(2) ? null : rows.GetString(2));
                var age = now - rows.GetMoment(0)!.Value;
                ages[provider] = age > ages.GetValueOrDefault(provider) ? age : ages.GetValueOrDefault(provider);
                near += rows.GetMoment(1)!.Value - now < Near ? 1 : 0;
            }
        }
        return (ages, near);
    }

    // Index (state, endpoint_id, due_at): one entry for each endpoint. An event is first due when it happens, then when its next POST is.
    private static async Task<Dictionary<string, TimeSpan>> WebhookLagAsync(
        DbConnection connection,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT failing,MIN(due_at) FROM (SELECT CASE WHEN w.failure_count>0 THEN 1 ELSE 0 END AS failing,(SELECT d.due_at")
            .Sql(" FROM webhook_deliveries d WHERE d.state=0 AND d.endpoint_id=w.id ORDER BY d.due_at LIMIT 1) AS due_at")
            .Sql(" FROM webhook_endpoints w WHERE w.is_enabled=1 AND w.disabled_at IS NULL) x GROUP BY failing")
            .ReadAsync(cancellationToken);
        var lag = new Dictionary<string, TimeSpan> { ["working"] = TimeSpan.Zero, ["failing"] = TimeSpan.Zero };
        while (await rows.ReadAsync(cancellationToken))
            lag[rows.GetInt32(0) == 1 ? "failing" : "working"] = Since(rows.GetMoment(1) is { } first ? [first] : [], now);
        return lag;
    }

    private static TimeSpan Since(IEnumerable<DateTimeOffset> firsts, DateTimeOffset now) =>
        firsts.Select(first => now - first).Append(TimeSpan.Zero).Max();
}
