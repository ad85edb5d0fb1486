using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Processing.Rendering;

namespace ScaiSend.Processing.Webhooks;

/// <summary>An event that an endpoint is owed.</summary>
/// <param name="Attempts">POSTs of it so far.</param>
public sealed record OwedEvent(ToldEvent Event, int Attempts);

/// <summary>Loads what an endpoint is owed.</summary>
public sealed class OwedEvents(MailDatabase database, RenderingOptions rendering, TimeProvider time)
{
    /// <summary>What is due, the earliest first. Deliveries whose event is gone are removed.</summary>
    public async Task<IReadOnlyList<OwedEvent>> LoadAsync(Guid endpointId, int most, CancellationToken cancellationToken)
    {
        var owed = new List<OwedEvent>();
        var gone = new List<(int Lane, long Position)>();
        await ReadAsync(endpointId, most, owed, gone, cancellationToken);
        foreach (var lane in gone.GroupBy(place => place.Lane, place => place.Position))
            await RemoveAsync(endpointId, lane.Key, [.. lane], cancellationToken);
        return owed;
    }

    /// <summary>Removes what is owed to endpoints that are no more: an event may have been written while its endpoint was deleted. Reads one row per endpoint that is owed something.</summary>
    public async Task<int> RemoveLostAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var last = Guid.Empty; ; )
        {
            if (await NextOwedAsync(last, cancellationToken) is not { } endpointId)
                return removed;
            last = endpointId;
            await using var db = database.ForPlatform();
            if (await db.WebhookEndpoints.IgnoreQueryFilters().AnyAsync(e => e.Id == endpointId, cancellationToken))
                continue;
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            removed += await db
                .WebhookDeliveries.IgnoreQueryFilters()
                .Where(d => d.EndpointId == endpointId)
                .ExecuteDeleteAsync(cancellationToken);
        }
    }

    // The inner query walks the index (state, endpoint_id, due_at) and ends after so many; the joins go by primary keys.
    private async Task ReadAsync(
        Guid endpointId,
        int most,
        List<OwedEvent> owed,
        List<(int Lane, long Position)> gone,
        CancellationToken cancellationToken
    )
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql($"SELECT {ToldEvent.Columns},d.lane,d.position,d.attempts,m.id FROM (SELECT lane,position,attempts,due_at")
            .Sql(" FROM webhook_deliveries WHERE state=0 AND endpoint_id=")
            .Id(endpointId)
            .Sql(" AND due_at<=")
            .Alone()
            .Value(time.GetUtcNow())
            .Sql($" ORDER BY due_at LIMIT {most}) d LEFT JOIN events v ON v.lane=d.lane AND v.position=d.position")
            .Sql(ToldEvent.Joins.Replace(" JOIN ", " LEFT JOIN ", StringComparison.Ordinal))
            .Sql(" ORDER BY d.due_at,d.lane,d.position")
            .ReadAsync(cancellationToken);
        var domain = new MessageIdDomain(rendering.MessageIdDomain);
        var told = ToldEvent.Columns.Count(c => c == ',') + 1;
        while (await rows.ReadAsync(cancellationToken))
        {
            if (rows.IsDBNull(told + 3))
                gone.Add((rows.GetInt32(told), rows.GetInt64(told + 1)));
            else
                owed.Add(new OwedEvent(ToldEvent.Read(rows) with { MessageIdDomain = domain }, rows.GetInt32(told + 2)));
        }
    }

    private async Task RemoveAsync(Guid endpointId, int lane, IReadOnlyList<long> positions, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        await db
            .WebhookDeliveries.IgnoreQueryFilters()
            .Where(d => d.EndpointId == endpointId && d.Lane == lane && positions.Contains(d.Position))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private async Task<Guid?> NextOwedAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT endpoint_id FROM webhook_deliveries WHERE state=0 AND endpoint_id>")
            .Id(after)
            .Sql(" ORDER BY endpoint_id LIMIT 1")
            .ReadAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? rows.GetId(0) : null;
    }
}
