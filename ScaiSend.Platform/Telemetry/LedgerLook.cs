using System.Data.Common;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Platform.Telemetry;

/// <summary>The ledger of a time, for somebody who looks at it.</summary>
/// <param name="From">The earliest acceptance that was compared.</param>
/// <param name="Until">The latest.</param>
/// <param name="IsComplete">False when the bound was reached before all of the time was compared.</param>
/// <param name="Messages">How many messages were compared.</param>
/// <param name="Tenants">The sums of each tenant that had mail in the time, or has mail that is late.</param>
/// <param name="Doubtful">Messages with a difference, the newest first, at most <see cref="LedgerLook.MostDoubtful"/>.</param>
public sealed record LedgerOfTime(
    DateTimeOffset From,
    DateTimeOffset Until,
    bool IsComplete,
    int Messages,
    IReadOnlyList<LedgerOfTenant> Tenants,
    IReadOnlyList<ComparedMessage> Doubtful
);

/// <summary>One tenant's part of the ledger.</summary>
/// <param name="Overdue">Emails of whatever time that were due more than <see cref="QueueLook.OverdueAfter"/> ago.</param>
/// <param name="OverdueSince">When the first of them was due; null when there is none.</param>
public sealed record LedgerOfTenant(Guid TenantId, LedgerSums Sums, long Overdue, DateTimeOffset? OverdueSince);

/// <summary>
/// Compares what was promised lately with what there is, now and for somebody who waits: newest first, up to a number of messages and a time. What the
/// workers' gauges say since they started, this says of a time, by tenant, and names the messages.
/// </summary>
public sealed class LedgerLook(MailDatabase database, QueueLook queue, TimeProvider time)
{
    /// <summary>Most messages that are compared for one look.</summary>
    public const int MostMessages = 20_000;

    /// <summary>Most messages that are named.</summary>
    public const int MostDoubtful = 50;

    /// <summary>How long a look may compare; then it shows what it has.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>What was accepted later than this ago is left out: it may be at the door yet.</summary>
    public static readonly TimeSpan Behind = LedgerCheck.Distances[0].After;

    private const int Step = 1000;

    /// <param name="back">How far back acceptance is looked at.</param>
    public async Task<LedgerOfTime> ReadAsync(TimeSpan back, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var until = time.GetUtcNow() - Behind;
        var (from, upTo) = (Ids.FirstOf(until - back), Ids.FirstOf(until));
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        var (looked, isComplete) = (0, false);
        var sums = new Dictionary<Guid, LedgerSums>();
        var doubtful = new List<ComparedMessage>();
        while (!isComplete && looked < MostMessages && TimeProvider.System.GetElapsedTime(begun) < Limit)
        {
            var some = await LedgerComparison.CompareAsync(connection, from, upTo, Step, isNewestFirst: true, cancellationToken);
            foreach (var message in some.Messages)
                sums[message.TenantId] = sums.GetValueOrDefault(message.TenantId, LedgerSums.None) + message.Sums;
            doubtful.AddRange(some.Messages.Where(m => m.Sums.Difference != 0).Take(MostDoubtful - doubtful.Count));
            looked += some.Looked;
            isComplete = some.Looked < Step;
            upTo = some.Last ?? upTo;
        }
        return new LedgerOfTime(
            isComplete ? until - back : Ids.MomentOf(upTo),
            until,
            isComplete,
            looked,
            await ByTenantAsync(connection, sums, cancellationToken),
            doubtful
        );
    }

    private async Task<IReadOnlyList<LedgerOfTenant>> ByTenantAsync(
        DbConnection connection,
        Dictionary<Guid, LedgerSums> sums,
        CancellationToken cancellationToken
    )
    {
        var late = (await queue.LanesAsync(connection, cancellationToken)).Where(lane => lane.Overdue > 0).ToLookup(lane => lane.TenantId);
        return
        [
            .. sums
                .Keys.Union(late.Select(tenant => tenant.Key))
                .Select(id => new LedgerOfTenant(
                    id,
                    sums.GetValueOrDefault(id, LedgerSums.None),
                    late[id].Sum(lane => lane.Overdue),
                    late[id].Min(lane => (DateTimeOffset?)lane.First)
                ))
                .OrderByDescending(tenant => tenant.Sums.Difference != 0)
                .ThenByDescending(tenant => tenant.Overdue)
                .ThenByDescending(tenant => tenant.Sums.Accepted),
        ];
    }
}
