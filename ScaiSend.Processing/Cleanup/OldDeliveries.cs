using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Processing.Cleanup;

/// <summary>
/// Deletes what is kept of webhooks: deliveries whose event is old or gone, and the log of POSTs. A delivery that is still owed stays as long as its event.
/// Walks endpoint by endpoint and lane by lane along the primary key; an endpoint that was deleted has its last tenant's retention.
/// </summary>
public sealed class OldDeliveries(SmallSteps steps, TimeProvider time)
{
    public async Task RunAsync(
        IReadOnlyDictionary<Guid, Retention> retentions,
        TimeSpan otherwise,
        CleanupCounts counts,
        CancellationToken cancellationToken
    )
    {
        for (var endpoint = await AfterAsync("webhook_deliveries", Guid.Empty, cancellationToken); endpoint is { } it; )
        {
            var before = Before(it.TenantId);
            for (var lane = await LaneAfterAsync(it.Id, -1, cancellationToken); lane is { } l; )
            {
                await DeleteDeliveriesAsync(it.Id, l, before, counts, cancellationToken);
                lane = await LaneAfterAsync(it.Id, l, cancellationToken);
            }
            endpoint = await AfterAsync("webhook_deliveries", it.Id, cancellationToken);
        }
        for (var endpoint = await AfterAsync("webhook_posts", Guid.Empty, cancellationToken); endpoint is { } it; )
        {
            await DeletePostsAsync(it.Id, Before(it.TenantId), counts, cancellationToken);
            endpoint = await AfterAsync("webhook_posts", it.Id, cancellationToken);
        }

        DateTimeOffset Before(Guid tenantId) => time.GetUtcNow() - (retentions.GetValueOrDefault(tenantId)?.Deliveries ?? otherwise);
    }

    // Indexes: the primary key of deliveries, and (endpoint_id, id) of posts.
    private async Task<(Guid Id, Guid TenantId)?> AfterAsync(string table, Guid last, CancellationToken cancellationToken)
    {
        var next = await steps.ReadAsync(
            batch =>
                batch.Sql($"SELECT endpoint_id,tenant_id FROM {table} WHERE endpoint_id>").Id(last).Sql(" ORDER BY endpoint_id LIMIT 1"),
            row => (row.GetId(0), row.GetId(1)),
            cancellationToken
        );
        return next.Count == 0 ? null : next[0];
    }

    private async Task<int?> LaneAfterAsync(Guid endpoint, int last, CancellationToken cancellationToken)
    {
        var next = await steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT lane FROM webhook_deliveries WHERE endpoint_id=")
                    .Id(endpoint)
                    .Sql($" AND lane>{last} ORDER BY lane LIMIT 1"),
            row => row.GetInt32(0),
            cancellationToken
        );
        return next.Count == 0 ? null : next[0];
    }

    private async Task DeleteDeliveriesAsync(
        Guid endpoint,
        int lane,
        DateTimeOffset before,
        CleanupCounts counts,
        CancellationToken cancellationToken
    )
    {
        var last = 0L;
        while (await DeliveriesAsync(endpoint, lane, last, cancellationToken) is { Count: > 0 } some)
        {
            last = some[^1].Position;
            var old = some.Where(d => d.EventAt is not { } at || at < before && !d.IsOwed).Select(d => d.Position).ToList();
            if (old.Count > 0)
                counts.Deliveries += await steps.WriteAsync(
                    batch =>
                        batch
                            .Sql("DELETE FROM webhook_deliveries WHERE endpoint_id=")
                            .Id(endpoint)
                            .Sql($" AND lane={lane} AND position IN ({string.Join(',', old)});"),
                    cancellationToken
                );
            // Positions are in the order of commits; what follows is younger.
            if (some[^1].EventAt >= before)
                return;
        }
    }

    private Task<List<(long Position, DateTimeOffset? EventAt, bool IsOwed)>> DeliveriesAsync(
        Guid endpoint,
        int lane,
        long last,
        CancellationToken cancellationToken
    ) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT d.position,v.at,d.state FROM webhook_deliveries d")
                    .Sql(" LEFT JOIN events v ON v.lane=d.lane AND v.position=d.position WHERE d.endpoint_id=")
                    .Id(endpoint)
                    .Sql($" AND d.lane={lane} AND d.position>{last} ORDER BY d.position LIMIT {SmallSteps.MaxRows}"),
            row => (row.GetInt64(0), row.GetMoment(1), row.GetInt32(2) == (int)WebhookDeliveryState.Owed),
            cancellationToken
        );

    private async Task DeletePostsAsync(Guid endpoint, DateTimeOffset before, CleanupCounts counts, CancellationToken cancellationToken)
    {
        while (await PostsAsync(endpoint, before, cancellationToken) is { Count: > 0 } posts)
            counts.Posts += await steps.WriteAsync(
                batch => batch.Sql("DELETE FROM webhook_posts WHERE id IN ").Ids(posts).Sql(";"),
                cancellationToken
            );
    }

    private Task<List<Guid>> PostsAsync(Guid endpoint, DateTimeOffset before, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT id FROM webhook_posts WHERE endpoint_id=")
                    .Id(endpoint)
                    .Sql(" AND id<")
                    .Id(Ids.FirstOf(before))
                    .Sql($" ORDER BY id LIMIT {SmallSteps.MaxRows}"),
            row => row.GetId(0),
            cancellationToken
        );
}
