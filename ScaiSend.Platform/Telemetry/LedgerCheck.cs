using System.Data.Common;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Telemetry;

/// <summary>
/// Compares what was promised with what there is: the recipients that stored requests name, with the rows that answer for them. Walks behind acceptance at two
/// distances, a bounded number of messages at a time; where more were accepted than that, it is a sample.
/// </summary>
public sealed class LedgerCheck(TimeProvider time)
{
    /// <summary>Messages that are compared at once, at each distance.</summary>
    public const int MostMessages = 1000;

    /// <summary>How long after acceptance messages are compared. The first finds what was never written; the second, what was lost since.</summary>
    public static readonly IReadOnlyList<(string Name, TimeSpan After)> Distances =
    [
        ("2m", TimeSpan.FromMinutes(2)),
        ("20h", TimeSpan.FromHours(20)),
    ];

    private readonly Dictionary<string, Guid> _at = Distances.ToDictionary(d => d.Name, d => Ids.FirstOf(time.GetUtcNow() - d.After));
    private readonly Dictionary<string, LedgerSums> _sums = Distances.ToDictionary(d => d.Name, _ => new LedgerSums(0, 0, 0));

    /// <summary>The sums since the process started, after one more step.</summary>
    public async Task<IReadOnlyDictionary<string, LedgerSums>> StepAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (name, after) in Distances)
        {
            var upTo = Ids.FirstOf(time.GetUtcNow() - after);
            var promised = await PromisedAsync(connection, _at[name], upTo, cancellationToken);
            foreach (var some in promised.Chunk(MostMessages / 4))
                _sums[name] += await CompareAsync(connection, some.ToDictionary(), cancellationToken);
            _at[name] = upTo;
        }
        return new Dictionary<string, LedgerSums>(_sums);
    }

    private static async Task<LedgerSums> CompareAsync(
        DbConnection connection,
        Dictionary<Guid, int> promised,
        CancellationToken cancellationToken
    )
    {
        var found = await FoundAsync(connection, promised, cancellationToken);
        var doubtful = promised.Keys.Where(id => found[id].Difference != 0).ToList();
        if (doubtful.Count > 0)
        {
            // A message may have ended and been deleted between the two statements; then nothing is owed.
            var still = await StillThereAsync(connection, doubtful, cancellationToken);
            foreach (var gone in doubtful.Except(still))
                found.Remove(gone);
        }
        return found.Values.Aggregate(new LedgerSums(0, 0, 0), (all, one) => all + one);
    }

    // The primary key, whose order is that of acceptance. A test message has no emails; of one whose body was deleted, its emails may be next.
    private static async Task<Dictionary<Guid, int>> PromisedAsync(
        DbConnection connection,
        Guid from,
        Guid upTo,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT id,personalization FROM messages WHERE id>=")
            .Id(from)
            .Sql(" AND id<")
            .Id(upTo)
            .Sql($" AND is_sandbox=0 AND body_deleted_at IS NULL ORDER BY id LIMIT {MostMessages}")
            .ReadAsync(cancellationToken);
        var promised = new Dictionary<Guid, int>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var personalization = StoredContent.ReadPersonalization(rows.GetFieldValue<byte[]>(1));
            promised.Add(rows.GetId(0), personalization.To.Count + personalization.Cc.Count + personalization.Bcc.Count);
        }
        return promised;
    }

    // Index (message_id).
    private static async Task<Dictionary<Guid, LedgerSums>> FoundAsync(
        DbConnection connection,
        Dictionary<Guid, int> promised,
        CancellationToken cancellationToken
    )
    {
        var found = promised.ToDictionary(message => message.Key, message => new LedgerSums(message.Value, 0, 0));
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT message_id,state,lane,due_at FROM emails WHERE message_id IN ")
            .Ids(promised.Keys)
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
}
