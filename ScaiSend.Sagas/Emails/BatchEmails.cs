using System.Data.Common;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Sagas.Emails;

/// <summary>A batch whose status was changed lately.</summary>
public sealed record ChangedBatch(Guid TenantId, string BatchId, BatchStatus? Status, DateTimeOffset ChangedAt);

/// <summary>The statements that make a batch's waiting emails due, so that they meet its new status.</summary>
public sealed class BatchEmails(MailDatabase database)
{
    /// <summary>How many emails one statement wakes.</summary>
    public const int MaxWoken = 500;

    private const int MaxBatches = 1000;

    // A cancel for good also ends what an operator holds: the renderer withdraws it instead of sending it. A resumed batch does not let it go.
    private static string IsQueued(ChangedBatch batch) =>
        batch.Status == BatchStatus.CancelForGood
            ? $"state={(int)EmailStatus.Queued} AND lane IN ({(int)EmailLane.Waiting},{(int)EmailLane.Held})"
            : $"state={(int)EmailStatus.Queued} AND lane={(int)EmailLane.Waiting}";

    /// <summary>Batches whose change is not settled, oldest change first. The index holds hardly any others.</summary>
    public async Task<IReadOnlyList<ChangedBatch>> ChangedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT tenant_id,batch_id,status,changed_at FROM mail_batches WHERE changed_at>0 ORDER BY changed_at LIMIT {MaxBatches}";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var batches = new List<ChangedBatch>();
        while (await rows.ReadAsync(cancellationToken))
            batches.Add(
                new ChangedBatch(
                    rows.GetId(0),
                    rows.GetString(1),
                    rows.IsDBNull(2) ? null : (BatchStatus)rows.GetInt32(2),
                    rows.GetMoment(3)!.Value
                )
            );
        return batches;
    }

    /// <summary>
    /// Makes due what waits for the change: emails that a pause holds (due at their deadline), and all queued ones when the batch is cancelled for good.
    /// Each chunk commits by itself; a crash leaves the rest to the next run.
    /// </summary>
    public async Task<int> WakeAsync(DbConnection connection, ChangedBatch batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var moment = now.ToUnixTimeMilliseconds();
        var waits = batch.Status == BatchStatus.CancelForGood ? $"due_at>{moment}" : $"due_at=deadline_at AND due_at>{moment}";
        var (woken, last) = (0, Guid.Empty);
        while (true)
        {
            var (emails, message) = await FindAsync(connection, batch, waits, last, cancellationToken);
            if (emails.Count > 0)
            {
                using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                woken += await new SqlBatch(command)
                    .Sql($"UPDATE emails SET version=version+1,due_at={moment} WHERE {IsQueued(batch)} AND {waits} AND id IN ")
                    .Ids(emails)
                    .ExecuteAsync(cancellationToken);
            }
            if (emails.Count < MaxWoken)
                return woken;
            last = message;
        }
    }

    /// <summary>The change has reached every email, unless there was another one meanwhile.</summary>
    public async Task SettleAsync(DbConnection connection, ChangedBatch batch, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await new SqlBatch(command)
            .Sql($"UPDATE mail_batches SET changed_at=NULL WHERE changed_at={batch.ChangedAt.ToUnixTimeMilliseconds()} AND tenant_id=")
            .Id(batch.TenantId)
            .Sql(" AND batch_id=")
            .Text(batch.BatchId)
            .ExecuteAsync(cancellationToken);
    }

    // Walks the batch's messages in the order of their ids; the last one of a chunk may have more emails, so the next chunk begins with it.
    private static async Task<(IReadOnlyList<Guid> Emails, Guid LastMessage)> FindAsync(
        DbConnection connection,
        ChangedBatch batch,
        string waits,
        Guid from,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT e.id,m.id FROM messages m JOIN emails e ON e.message_id=m.id WHERE m.tenant_id=")
            .Id(batch.TenantId)
            .Sql(" AND m.batch_id=")
            .Text(batch.BatchId)
            .Sql(" AND m.id>=")
            .Id(from)
            .Sql($" AND {IsQueued(batch)} AND {waits} ORDER BY m.id LIMIT {MaxWoken}")
            .ReadAsync(cancellationToken);
        var (emails, last) = (new List<Guid>(), from);
        while (await rows.ReadAsync(cancellationToken))
        {
            emails.Add(rows.GetId(0));
            last = rows.GetId(1);
        }
        return (emails, last);
    }
}
