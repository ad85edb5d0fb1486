using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Cli.Top;

/// <summary>Takes readings; rates are those between one and the next. It reads only, and mail hardly feels it.</summary>
internal sealed class TopMeter(EventPace pace, QueueGauge gauge, QueueCount count, SuspensionTable suspensions)
{
    // Grouping by provider walks the queue, so it is done now and then and not to its end.
    private static readonly TimeSpan ProvidersEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWalk = TimeSpan.FromMilliseconds(500);

    // An id is made a little before its commit.
    private static readonly TimeSpan CommitLag = TimeSpan.FromSeconds(1);

    private IReadOnlyDictionary<int, long> _positions = new Dictionary<int, long>();
    private DateTimeOffset _since;
    private QueueGroups _providers = new([], 0, true);
    private DateTimeOffset? _providersAt;

    public required IReadOnlyDictionary<Guid, string> Slugs { get; init; }

    /// <summary>From here on rates are counted.</summary>
    public async Task BeginAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        _positions = await pace.PositionsAsync(cancellationToken);
        _since = now;
    }

    public async Task<TopReading> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (before, since) = (_positions, _since);
        await BeginAsync(now, cancellationToken);
        var events = await pace.CountAsync(before, _positions, cancellationToken);
        var accepted = await pace.AcceptedAsync(since - CommitLag, now - CommitLag, cancellationToken);
        if (_providersAt is not { } at || now - at >= ProvidersEvery)
            (_providers, _providersAt) = (await count.GroupAsync(new QueueFilter(), ["provider"], LongestWalk, cancellationToken), now);
        return new TopReading(
            now,
            RatesOf(accepted, events, now - since),
            FillsOf(await gauge.ReadAsync(cancellationToken), now),
            _providers,
            await suspensions.ListAsync(activeOnly: true, cancellationToken)
        );
    }

    private static Rates RatesOf(long accepted, IReadOnlyDictionary<string, long> events, TimeSpan time)
    {
        var seconds = Math.Max(time.TotalSeconds, 0.001);
        return new Rates(
            accepted / seconds,
            Of(EventTypes.Delivered),
            Of(EventTypes.Deferred),
            Of(EventTypes.Bounce) + Of(EventTypes.Blocked),
            Of(EventTypes.Dropped)
        );

        double Of(string type) => events.GetValueOrDefault(type) / seconds;
    }

    private IReadOnlyList<TenantFill> FillsOf(IReadOnlyList<LaneFill> lanes, DateTimeOffset now) =>
        [
            .. lanes
                .GroupBy(lane => lane.TenantId)
                .Select(lane => FillOf(lane.Key, [.. lane], now))
                .OrderByDescending(tenant => tenant.Waiting + tenant.InFlight + tenant.Held),
        ];

    private TenantFill FillOf(Guid tenantId, IReadOnlyList<LaneFill> lanes, DateTimeOffset now)
    {
        var due = lanes.Where(lane => lane.Lane == EmailLane.Waiting && lane.EarliestDueAt <= now);
        return new TenantFill(
            tenantId,
            Slugs.GetValueOrDefault(tenantId),
            In(EmailLane.Waiting),
            In(EmailLane.InFlight),
            In(EmailLane.Held),
            due.Min(lane => (DateTimeOffset?)lane.EarliestDueAt)
        );

        long In(EmailLane wanted) => lanes.Where(lane => lane.Lane == wanted).Sum(lane => lane.Count);
    }
}
