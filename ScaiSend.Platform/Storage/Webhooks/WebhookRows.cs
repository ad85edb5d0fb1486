using System.Data.Common;
using System.Globalization;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Webhooks;

/// <summary>Writes many deliveries, or deletes many, in pieces: no lock and no transaction grows with their number.</summary>
public static class WebhookRows
{
    /// <summary>Most rows of one statement.</summary>
    public const int Chunk = 1000;

    private static readonly string[] Renewed = ["state", "due_at", "attempts"];

    /// <summary>Makes the deliveries of these events owed and due, as if nothing had been posted; those that are missing are added.</summary>
    public static async Task OweAgainAsync(
        MailDatabase database,
        WebhookEndpoint endpoint,
        IEnumerable<EventPlace> events,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // In the order of the primary key: two that write the same rows wait for each other and never in a circle.
        foreach (var some in events.OrderBy(e => e.Lane).ThenBy(e => e.Position).Chunk(Chunk))
        {
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            var batch = new SqlBatch(command).Sql(
                "INSERT INTO webhook_deliveries (endpoint_id,lane,position,tenant_id,state,due_at,attempts) VALUES "
            );
            for (var i = 0; i < some.Length; i++)
                batch
                    .Row(i == 0)
                    .Value(endpoint.Id)
                    .Value(some[i].Lane)
                    .Value(some[i].Position)
                    .Value(endpoint.TenantId)
                    .Value((long)WebhookDeliveryState.Owed)
                    .Value(now)
                    .Value(0);
            await batch
                .EndRows()
                .Sql(database.Dialect.OnConflictUpdate("endpoint_id,lane,position", Renewed))
                .ExecuteAsync(cancellationToken);
        }
    }

    /// <summary>Deletes all deliveries and the whole log of an endpoint.</summary>
    public static async Task DeleteAsync(MailDatabase database, Guid endpointId, CancellationToken cancellationToken)
    {
        while (await DeleteSomeAsync(database, endpointId, "webhook_deliveries", "lane,position", UpTo, cancellationToken)) { }
        while (await DeleteSomeAsync(database, endpointId, "webhook_posts", "id", UpToId, cancellationToken)) { }
    }

    // Index of both tables: the endpoint, then the order of the walk. Answers whether there may be more.
    private static async Task<bool> DeleteSomeAsync(
        MailDatabase database,
        Guid endpointId,
        string table,
        string order,
        Action<SqlBatch, DbDataReader> upTo,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var find = connection.CreateCommand();
        await using var delete = connection.CreateCommand();
        var deletion = new SqlBatch(delete).Sql($"DELETE FROM {table} WHERE endpoint_id=").Id(endpointId);
        bool isMore;
        await using (
            var last = await new SqlBatch(find)
                .Sql($"SELECT {order} FROM {table} WHERE endpoint_id=")
                .Id(endpointId)
                .Sql($" ORDER BY {order} LIMIT 1 OFFSET {Chunk - 1}")
                .ReadAsync(cancellationToken)
        )
        {
            isMore = await last.ReadAsync(cancellationToken);
            if (isMore)
                upTo(deletion, last);
        }
        await deletion.ExecuteAsync(cancellationToken);
        return isMore;
    }

    private static void UpTo(SqlBatch deletion, DbDataReader last)
    {
        var (lane, position) = (last.GetInt32(0), last.GetInt64(1));
        deletion.Sql(string.Create(CultureInfo.InvariantCulture, $" AND (lane<{lane} OR lane={lane} AND position<={position})"));
    }

    private static void UpToId(SqlBatch deletion, DbDataReader last) => deletion.Sql(" AND id<=").Id(last.GetId(0));
}
