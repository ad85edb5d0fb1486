using System.Data.Common;
using System.Runtime.CompilerServices;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>What one statement of a walk found.</summary>
/// <param name="Emails">Those that the filter means.</param>
/// <param name="At">Everything up to here has been looked at.</param>
/// <param name="Read">How many were looked at.</param>
public sealed record QueueStep(IReadOnlyList<QueueEmail> Emails, QueuePosition At, int Read);

/// <summary>
/// Walks the queue in the order of <see cref="QueuePosition"/>, a bounded number of emails at a time. Its cost grows with the emails that have not ended
/// (of one tenant, batch or message, if the filter names one), never with those that have.
/// </summary>
public sealed class QueueWalk(MailDatabase database)
{
    /// <summary>Most emails that one statement reads.</summary>
    public const int MaxRead = 1000;

    private const string Columns =
        "e.id,e.message_id,e.recipient,e.state,e.lane,e.attempts,e.due_at,e.deadline_at,e.starts_at,e.created_at,e.last_reply";

    private static readonly EmailStatus[] States = [.. QueueFilter.States.Values];

    /// <summary>The steps from a position to the end.</summary>
    /// <param name="withProvider">Whether to look up providers though the filter names none.</param>
    public async IAsyncEnumerable<QueueStep> FromAsync(
        QueueFilter filter,
        QueuePosition from,
        bool withProvider,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        foreach (var tenantId in await TenantsAsync(connection, filter, from.TenantId, cancellationToken))
        {
            var at = tenantId == from.TenantId ? from : new QueuePosition(tenantId, Guid.Empty, Guid.Empty);
            var emails = await ReadAsync(connection, filter, at, cancellationToken);
            while (emails.Count > 0)
            {
                at = new QueuePosition(tenantId, emails[^1].MessageId, emails[^1].EmailId);
                var known =
                    filter.Provider is not null || withProvider ? await WithProvidersAsync(connection, emails, cancellationToken) : emails;
                yield return new QueueStep([.. known.Where(filter.Takes)], at, emails.Count);
                emails = emails.Count < MaxRead ? [] : await ReadAsync(connection, filter, at, cancellationToken);
            }
        }
    }

    private static async Task<IReadOnlyList<Guid>> TenantsAsync(
        DbConnection connection,
        QueueFilter filter,
        Guid from,
        CancellationToken cancellationToken
    )
    {
        if (filter.TenantId is { } only)
            return only.CompareTo(from) >= 0 ? [only] : [];
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command);
        if (filter.MessageId is { } messageId)
            batch.Sql("SELECT tenant_id FROM messages WHERE id=").Id(messageId);
        else
            batch.Sql("SELECT id FROM tenants WHERE id>=").Id(from).Sql(" ORDER BY id");
        await using var rows = await batch.ReadAsync(cancellationToken);
        var tenants = new List<Guid>();
        while (await rows.ReadAsync(cancellationToken))
            tenants.Add(rows.GetId(0));
        return tenants;
    }

    private static async Task<List<QueueEmail>> ReadAsync(
        DbConnection connection,
        QueueFilter filter,
        QueuePosition after,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command);
        if (filter.MessageId is not null || filter.BatchId is not null)
            OfMessages(batch, filter, after);
        else
            OfTenant(batch, filter.State is { } state ? [state] : States, after);
        await using var rows = await batch.ReadAsync(cancellationToken);
        var emails = new List<QueueEmail>();
        while (await rows.ReadAsync(cancellationToken))
            emails.Add(Read(rows, after.TenantId));
        return emails;
    }

    // Index (tenant_id, state, message_id), which ends with the id. One range for each state, in one statement: an email that changes its state
    // meanwhile is neither missed nor met twice.
    private static void OfTenant(SqlBatch batch, IReadOnlyList<EmailStatus> states, QueuePosition after)
    {
        for (var i = 0; i < states.Count; i++)
            After(
                    batch
                        .Sql(i == 0 ? "" : " UNION ALL ")
                        .Sql($"SELECT * FROM (SELECT {Columns} FROM emails e WHERE e.tenant_id=")
                        .Id(after.TenantId)
                        .Sql($" AND e.state={(int)states[i]}"),
                    after,
                    "e.message_id"
                )
                .Sql($" ORDER BY e.message_id,e.id LIMIT {MaxRead}) s{i}");
        batch.Sql($" ORDER BY message_id,id LIMIT {MaxRead}");
    }

    // Indexes (tenant_id, batch_id) and the primary key of messages, and (message_id) of emails.
    private static void OfMessages(SqlBatch batch, QueueFilter filter, QueuePosition after)
    {
        batch.Sql($"SELECT {Columns} FROM messages m JOIN emails e ON e.message_id=m.id WHERE m.tenant_id=").Id(after.TenantId);
        if (filter.MessageId is { } messageId)
            batch.Sql(" AND m.id=").Id(messageId);
        if (filter.BatchId is { } batchId)
            batch.Sql(" AND m.batch_id=").Text(batchId);
        After(batch, after, "m.id")
            .Sql($" AND e.state IN ({string.Join(',', States.Select(s => (int)s))}) ORDER BY m.id,e.id LIMIT {MaxRead}");
    }

    private static SqlBatch After(SqlBatch batch, QueuePosition after, string message) =>
        batch
            .Sql($" AND {message}>=")
            .Id(after.MessageId)
            .Sql($" AND ({message}>")
            .Id(after.MessageId)
            .Sql(" OR e.id>")
            .Id(after.EmailId)
            .Sql(")");

    // The primary key of attempts; a running attempt has no row yet.
    private static async Task<IReadOnlyList<QueueEmail>> WithProvidersAsync(
        DbConnection connection,
        IReadOnlyList<QueueEmail> emails,
        CancellationToken cancellationToken
    )
    {
        var tried = emails.Where(e => e.Attempts > 0).Select(e => e.EmailId).ToList();
        if (tried.Count == 0)
            return emails;
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT email_id,provider FROM attempts WHERE provider IS NOT NULL AND email_id IN ")
            .Ids(tried)
            .Sql(" ORDER BY email_id,number")
            .ReadAsync(cancellationToken);
        var providers = new Dictionary<Guid, string>();
        while (await rows.ReadAsync(cancellationToken))
            providers[rows.GetId(0)] = rows.GetString(1);
        return [.. emails.Select(e => e with { Provider = providers.GetValueOrDefault(e.EmailId) })];
    }

    private static QueueEmail Read(DbDataReader row, Guid tenantId) =>
        new(
            row.GetId(0),
            row.GetId(1),
            tenantId,
            row.GetString(2),
            (EmailStatus)row.GetInt32(3),
            (EmailLane)row.GetInt32(4),
            row.GetInt32(5),
            row.GetMoment(6) ?? row.GetMoment(7)!.Value,
            row.GetMoment(7)!.Value,
            row.GetMoment(8)!.Value,
            row.GetMoment(9)!.Value,
            row.IsDBNull(10) ? null : row.GetString(10),
            null
        );
}
