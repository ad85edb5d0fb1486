using System.Globalization;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>Where the telling of one event to one webhook stands.</summary>
public sealed record EventDelivery(
    Guid WebhookId,
    Guid EmailId,
    int Number,
    string Type,
    WebhookDeliveryState State,
    DateTimeOffset? DueAt,
    int Attempts,
    Guid? PostId
);

/// <summary>Which webhooks are told of an event, or of all events of a message, and how far that is.</summary>
public sealed class EventDeliveries(MailDatabase database)
{
    /// <summary>Most deliveries of one answer.</summary>
    public const int Most = 1000;

    /// <summary>The deliveries, in the order of the events; null when the tenant has no such event or message.</summary>
    /// <param name="id">Public id of an event or of a message.</param>
    public async Task<IReadOnlyList<EventDelivery>?> ReadAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        if (Ids.TryReadEvent(id, out var emailId, out var number))
        {
            var isThere = " FROM events v WHERE v.email_id=";
            await using var find = connection.CreateCommand();
            var exists = new SqlBatch(find).Sql("SELECT 1" + isThere).Id(emailId).Sql(Number(number)).Sql(" AND v.tenant_id=").Id(tenantId);
            return await IsAnyAsync(exists, cancellationToken)
                ? await ReadAsync(connection, tenantId, it => it.Sql("e.id=").Id(emailId).Sql(Number(number)), cancellationToken)
                : null;
        }
        if (!Ids.TryRead(Ids.Message, id, out var messageId))
            return null;
        await using var message = connection.CreateCommand();
        var found = new SqlBatch(message).Sql("SELECT 1 FROM messages WHERE id=").Id(messageId).Sql(" AND tenant_id=").Id(tenantId);
        return await IsAnyAsync(found, cancellationToken)
            ? await ReadAsync(connection, tenantId, it => it.Sql("e.message_id=").Id(messageId), cancellationToken)
            : null;
    }

    private static string Number(int number) => string.Create(CultureInfo.InvariantCulture, $" AND v.number={number}");

    private static async Task<bool> IsAnyAsync(SqlBatch exists, CancellationToken cancellationToken)
    {
        await using var rows = await exists.ReadAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken);
    }

    // Indexes: the email's or the message's, the event's (email_id, number), the tenant's endpoints, the delivery's primary key.
    private static async Task<IReadOnlyList<EventDelivery>> ReadAsync(
        System.Data.Common.DbConnection connection,
        Guid tenantId,
        Func<SqlBatch, SqlBatch> which,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql(
            "SELECT d.endpoint_id,v.email_id,v.number,v.type,d.state,d.due_at,d.attempts,d.post_id FROM emails e"
                + " JOIN events v ON v.email_id=e.id JOIN webhook_endpoints w ON w.tenant_id=e.tenant_id"
                + " JOIN webhook_deliveries d ON d.endpoint_id=w.id AND d.lane=v.lane AND d.position=v.position WHERE "
        );
        which(batch).Sql(" AND e.tenant_id=").Id(tenantId);
        batch.Sql(string.Create(CultureInfo.InvariantCulture, $" ORDER BY v.email_id,v.number,d.endpoint_id LIMIT {Most}"));
        await using var rows = await batch.ReadAsync(cancellationToken);
        var found = new List<EventDelivery>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(
                new EventDelivery(
                    rows.GetId(0),
                    rows.GetId(1),
                    rows.GetInt32(2),
                    rows.GetString(3),
                    (WebhookDeliveryState)rows.GetInt32(4),
                    rows.GetMoment(5),
                    rows.GetInt32(6),
                    rows.IsDBNull(7) ? null : rows.GetId(7)
                )
            );
        return found;
    }
}
