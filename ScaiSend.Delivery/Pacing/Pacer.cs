using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Pacing;

/// <summary>
/// Decides whether a mail may go to its destination now: within the connections and mails a minute that the policy, the other nodes and the
/// destination's own answers leave, and not while it is suspended. What may not go is told at once how long to wait.
/// </summary>
public sealed class Pacer(
    CurrentPolicy policy,
    Suspensions suspensions,
    SharedPace shared,
    IOptions<DeliveryOptions> options,
    Random random,
    TimeProvider time
) : BackgroundService
{
    /// <summary>How often nodes tell each other of the destinations that they send much to.</summary>
    public static readonly TimeSpan MeetEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long an unused destination is remembered.</summary>
    public static readonly TimeSpan Remember = TimeSpan.FromMinutes(15);

    /// <summary>Most mails on or in line for connections to slow destinations, over all of them; each further one is held back.</summary>
    public const int MaxSlow = Deliveries.MaxSlow - Deliveries.Concurrency / 2;

    private readonly ConcurrentDictionary<Destination, DestinationPace> _paces = new();
    private int _slow;

    /// <summary>Whether the mail may go, possibly after a short wait in line.</summary>
    /// <param name="takesLong">Called before a wait for a destination that is not known to be fast.</param>
    public async ValueTask<Admission> EnterAsync(Destination destination, Action takesLong, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (suspensions.Find(destination) is { } suspension)
            return new Admission.HeldBack(
                ReturnTimes.AfterSuspension(suspension.EndsAt - now, random.NextDouble()),
                $"Mail to {destination.Provider} is suspended: {suspension.Cause}"
            );
        var pace = _paces.GetOrAdd(destination, NewPace);
        var handling = policy.Value.For(destination.Provider, null, null);
        if (pace.Standing is null && Concerns(handling, pace))
            await pace.OnceAsync(MeetAsync);
        var limits = LimitsOf(pace, handling, now);

        var isSlow = pace.IsSlow(now);
        if (isSlow && Volatile.Read(ref _slow) >= MaxSlow)
            return HoldBack(pace, "Too many slow receivers are being sent to at once");
        if (!pace.TryEnter(now, out var line))
        {
            if (line is not null && !pace.IsFast(now))
                takesLong();
            if (!await WaitAsync(pace, line, isSlow, cancellationToken))
                return HoldBack(pace, $"All {limits.Connections} connections to {destination.Provider} are in use");
        }
        var place = Occupy(pace, isSlow);
        if (limits.PerMinute is not { } perMinute)
            return new Admission.Admitted(place);
        if (await pace.Window.TryTakeAsync(time.GetUtcNow(), perMinute, handling.MessagesPerMinute is not null, NodesOf(pace)))
            return new Admission.Admitted(place);
        place.Dispose();
        return HoldBack(pace, $"{destination.Provider} gets no more than {perMinute} mails a minute for now");
    }

    internal DateTimeOffset Begin(DestinationPace pace)
    {
        var now = time.GetUtcNow();
        pace.Begin(now);
        return now;
    }

    internal void Learn(DestinationPace pace, SendOutcome outcome)
    {
        var now = time.GetUtcNow();
        var isSuspended = suspensions.Find(pace.Destination) is not null;
        var suspendFor = pace.Learn(PaceSignals.Of(outcome), outcome.Attempt.Duration, isSuspended, now);
        var cause = outcome.Rule?.Then.SuspendFor is null ? outcome.Passed : outcome;
        if (cause is { Rule: { Then.SuspendFor: { } byRule } rule })
            _ = suspensions.BeginAsync(pace.Destination, byRule, Words(cause), rule.Name);
        else if (suspendFor is { } length)
            _ = suspensions.BeginAsync(
                pace.Destination,
                length * (0.9 + random.NextDouble() / 5),
                $"{options.Value.SuspendAfterFailures} connections in a row failed, the last: {Words(outcome)}",
                null
            );
    }

    internal void Leave(Place place, DestinationPace pace, DateTimeOffset? since)
    {
        if (place.IsSlow)
            Interlocked.Decrement(ref _slow);
        pace.Leave(since, time.GetUtcNow());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(MeetEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = time.GetUtcNow();
            foreach (var (destination, pace) in _paces)
            {
                if (pace.IsIdleSince(now - Remember))
                    _paces.TryRemove(destination, out _);
                else if (pace.HasNews || IsShared(pace, now))
                    await MeetAsync(pace);
            }
        }
    }

    private bool IsShared(DestinationPace pace, DateTimeOffset now) =>
        !pace.IsIdleSince(now - MeetEvery)
        && (pace.IsBusy || policy.Value.For(pace.Destination.Provider, null, null).MessagesPerMinute is not null);

    // Who must not exceed a limit together with others has to know of them first.
    private static bool Concerns(Handling handling, DestinationPace pace) =>
        handling.MessagesPerMinute is not null || (handling.Connections is not null && pace.IsBusy);

    private DestinationPace NewPace(Destination destination) =>
        new(
            destination,
            options.Value.SuspendAfterFailures,
            new PaceWindow($"scaisend:pace:{destination.Provider}:{destination.Source}:sent", shared)
        );

    private async Task MeetAsync(DestinationPace pace)
    {
        var destination = pace.Destination;
        if (await shared.MeetAsync($"{destination.Provider}:{destination.Source}", pace.HasNews) is { } standing)
            pace.Hear(standing, time.GetUtcNow());
    }

    // The policy's limits count for all nodes together; the pool's is what one process can do.
    private PaceLimits LimitsOf(DestinationPace pace, Handling handling, DateTimeOffset now)
    {
        var most = options.Value.PoolSizePerDomain;
        var limits = new PaceLimits(most, handling.MessagesPerMinute);
        if (handling.Connections is { } ofAll)
        {
            var ours = pace.Standing is { } standing
                ? PaceLimits.Share(ofAll, standing.Nodes, standing.Rank)
                : Math.Max(1, ofAll / options.Value.Nodes);
            limits = limits with { Connections = Math.Min(ours, most) };
        }
        return pace.Limits(limits, now);
    }

    private int NodesOf(DestinationPace pace) => pace.Standing?.Nodes ?? options.Value.Nodes;

    private Place Occupy(DestinationPace pace, bool isSlow)
    {
        if (isSlow)
            Interlocked.Increment(ref _slow);
        return new Place(this, pace, isSlow);
    }

    private async Task<bool> WaitAsync(
        DestinationPace pace,
        TaskCompletionSource<bool>? line,
        bool isSlow,
        CancellationToken cancellationToken
    )
    {
        if (line is null)
            return false;
        using var limit = new CancellationTokenSource(options.Value.SlotWait, time);
        await using var late = limit.Token.UnsafeRegister(_ => line.TrySetResult(false), null);
        await using var stopped = cancellationToken.UnsafeRegister(_ => line.TrySetResult(false), null);
        if (isSlow)
            Interlocked.Increment(ref _slow);
        var hasTurn = await line.Task;
        if (isSlow)
            Interlocked.Decrement(ref _slow);
        if (hasTurn)
            return true;
        pace.StopWaiting();
        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    private Admission.HeldBack HoldBack(DestinationPace pace, string reason) =>
        new(pace.WaitElsewhere(time.GetUtcNow(), random.NextDouble()), reason);

    private static string Words(SendOutcome outcome) =>
        outcome.Attempt.ReplyCode is { } code ? $"{code} {outcome.Attempt.Reply}" : outcome.Attempt.Reply;
}
