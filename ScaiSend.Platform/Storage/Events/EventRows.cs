using System.Data.Common;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Platform.Storage.Events;

/// <summary>
/// Writes events, numbered in a lane, and what webhooks are owed for them.
/// GUARANTEE: a lane's positions have no gaps and become visible in their order, because the lane's row is locked from the first of these statements to the commit.
/// </summary>
public static class EventRows
{
    /// <summary>Takes the lane that nobody has taken for longest. Two that take the same one at once only wait for each other.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public static async Task<int> ClaimLaneAsync(DbConnection connection, long now, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT lane FROM event_lanes WHERE lane>0 ORDER BY claimed_at,lane LIMIT 1";
        var lane = Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        command.CommandText = $"UPDATE event_lanes SET claimed_at={now} WHERE lane={lane}";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return lane;
    }

    /// <summary>Adds the events in the given order, and a delivery for each endpoint that wants one of them.</summary>
    public static void Add(SqlBatch batch, SqlDialect dialect, int lane, IReadOnlyList<EmailEvent> events, WebhookSubscriptions wanted)
    {
        if (events.Count == 0)
            return;
        batch.Sql(dialect.CountUpLane(lane, events.Count));
        batch.Sql("INSERT INTO events (lane,position,email_id,number,tenant_id,type,at,reason,data,flags) VALUES ");
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            Place(batch.Row(i == 0), dialect, lane, events.Count, i)
                .Value(e.EmailId)
                .Value(e.Number)
                .Value(e.TenantId)
                .Value(e.Type)
                .Value(e.At)
                .Value(e.Reason)
                .Value(e.Data)
                .Value((long)e.Flags);
        }
        batch.EndRows().Sql(";");
        AddDeliveries(batch, dialect, lane, events, wanted);
    }

    private static void AddDeliveries(
        SqlBatch batch,
        SqlDialect dialect,
        int lane,
        IReadOnlyList<EmailEvent> events,
        WebhookSubscriptions wanted
    )
    {
        var isFirst = true;
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var endpointId in wanted.Of(events[i].TenantId, events[i].Type))
            {
                if (isFirst)
                    batch.Sql("INSERT INTO webhook_deliveries (lane,position,endpoint_id,tenant_id,state,due_at,attempts) VALUES ");
                Place(batch.Row(isFirst), dialect, lane, events.Count, i)
                    .Value(endpointId)
                    .Value(events[i].TenantId)
                    .Value((long)WebhookDeliveryState.Owed)
                    .Value(events[i].At)
                    .Value(0);
                isFirst = false;
            }
        }
        if (!isFirst)
            batch.EndRows().Sql(";");
    }

    private static SqlBatch Place(SqlBatch batch, SqlDialect dialect, int lane, int count, int index) =>
        batch.Value(lane).Sql($",{dialect.LanePosition(lane)}-{count - 1 - index}");
}
