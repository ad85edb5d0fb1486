using System.Data.Common;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Telemetry;

/// <summary>What a stored request promised, and what became of it.</summary>
public sealed record ComparedMessage(Guid Id, Guid TenantId, LedgerSums Sums);

/// <summary>Some messages that were compared.</summary>
/// <param name="Looked">How many were looked at; fewer than were allowed means that there are no more.</param>
/// <param name="Last">The last of them, from which the walk goes on; null when there was none.</param>
/// <param name="Messages">Those that are still there.</param>
public sealed record ComparedMessages(int Looked, Guid? Last, IReadOnlyList<ComparedMessage> Messages);

/// <summary>Compares the recipients that stored requests name with the rows that answer for them, some messages at a time, in the order of their acceptance.</summary>
public static class LedgerComparison
{
    private const int AtOnce = 250;

    /// <summary>Compares messages from one id on, up to another.</summary>
    /// <param name="limit">Most messages.</param>
    /// <param name="isNewestFirst">Begins at the other end.</param>
    public static async Task<ComparedMessages> CompareAsync(
        DbConnection connection,
        Guid from,
        Guid upTo,
        int limit,
        bool isNewestFirst,
        CancellationToken cancellationToken
    )
    {
        var promised = await PromisedAsync(connection, from, upTo, limit, isNewestFirst, cancellationToken);
        var compared = new List<ComparedMessage>();
        foreach (var some in promised.Chunk(AtOnce))
            compared.AddRange(await CompareAsync(connection, some, cancellationToken));
        return new ComparedMessages(promised.Count, promised.Count > 0 ? promised[^1].Id : null, compared);
    }

    private static async Task<IEnumerable<ComparedMessage>> CompareAsync(
        DbConnection connection,
        IReadOnlyList<PromisedMessage> promised,
        CancellationToken cancellationToken
    )
    {
        var found = await FoundAsync(connection, promised, cancellationToken);
        var doubtful = promised.Select(m => m.Id).Where(id => found[id].Difference != 0).ToList();
        if (doubtful.Count > 0)
        {
            // A message may have ended and been deleted between the two statements; then nothing is owed.
            var still = await StillThereAsync(connection, doubtful, cancellationToken);
            foreach (var gone in doubtful.Except(still))
                found.Remove(gone);
        }
        return promised.Where(m => found.ContainsKey(m.Id)).Select(m => new ComparedMessage(m.Id, m.TenantId, found[m.Id]));
    }

    // The primary key, whose order is that of acceptance. A test message has no emails, or only those that are played; of one whose body was deleted, its emails may be next.
    private static async Task<IReadOnlyList<PromisedMessage>> PromisedAsync(
        DbConnection connection,
        Guid from,
        Guid upTo,
        int limit,
        bool isNewestFirst,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT id,tenant_id,personalization,settings FROM messages WHERE id>=")
            .Id(from)
            .Sql(" AND id<")
            .Id(upTo)
            .Sql($" AND is_sandbox=0 AND body_deleted_at IS NULL ORDER BY id{(isNewestFirst ? " DESC" : "")} LIMIT {limit}")
            .ReadAsync(cancellationToken);
        var promised = new List<PromisedMessage>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var personalization = StoredContent.ReadPersonalization(rows.GetFieldValue<byte[]>(2));
            var simulator = MessageSettings.Read(rows.IsDBNull(3) ? null : rows.GetString(3)).Simulator;
            var recipients = personalization.Recipients().Count(address => simulator?.HasEmail(address.Email) ?? true);
            promised.Add(new PromisedMessage(rows.GetId(0), rows.GetId(1), recipients));
        }
        return promised;
    }

    // Index (message_id).
    private static async Task<Dictionary<Guid, LedgerSums>> FoundAsync(
        DbConnection connection,
        IReadOnlyList<PromisedMessage> promised,
        CancellationToken cancellationToken
    )
    {
        var found = promised.ToDictionary(message => message.Id, message => new LedgerSums(message.Recipients, 0, 0));
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT message_id,state,lane,due_at FROM emails WHERE message_id IN ")
            .Ids(found.Keys)
            .ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var isEnded = ((EmailStatus)rows.GetInt32(1)).IsEnded();
            var isMoved = (EmailLane)rows.GetInt32(2) != EmailLane.Ended && !rows.IsDBNull(3);
            // One that is neither ended nor to be moved by anybody is as lost as one that is not there.
            if (isEnded != isMoved)
                found[rows.GetId(0)] += isEnded ? new LedgerSums(0, 1, 0) : new LedgerSums(0, 0, 1);
        }
        return found;
    }

    private static async Task<HashSet<Guid>> StillThereAsync(
        DbConnection connection,
        IReadOnlyList<Guid> ids,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT id FROM messages WHERE body_deleted_at IS NULL AND id IN ")
            .Ids(ids)
            .ReadAsync(cancellationToken);
        var still = new HashSet<Guid>();
        while (await rows.ReadAsync(cancellationToken))
            still.Add(rows.GetId(0));
        return still;
    }

    private sealed record PromisedMessage(Guid Id, Guid TenantId, int Recipients);
}
