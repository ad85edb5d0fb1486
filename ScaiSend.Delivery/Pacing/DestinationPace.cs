using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Pacing;

/// <summary>
/// What is known of one destination: who uses and who waits for a connection, how long a mail takes, how it adapts.
/// A mail waits in line only while its turn comes soon; otherwise it is to be held back at once, so that a slow destination holds nothing up.
/// </summary>
internal sealed class DestinationPace(Destination destination, int suspendAfter, PaceWindow window)
{
    /// <summary>A mail that takes longer makes its destination a slow one.</summary>
    public static readonly TimeSpan SlowMail = TimeSpan.FromSeconds(1);

    /// <summary>Whose turn comes within so long, as far as it is up to the destination, waits in line for a slow one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The same for one that is not slow: there it is rather us who have too much to do, and holding back would make it more.</summary>
    public static readonly TimeSpan PatienceWithFast = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long a destination may seem too slow before its mail is held back. It may be us: the first mails after a start, or a machine that has more to
    /// do than it can. Meanwhile its mail waits in line, and what it holds up is bounded.
    /// </summary>
    public static readonly TimeSpan Trial = TimeSpan.FromSeconds(5);

    /// <summary>Most mails in hand for a destination on trial: half of the places, so that other mail finds some before these count as taking long.</summary>
    public const int MaxInHand = Deliveries.Concurrency / 2;

    // The newest mail's least weight in the average; the first ones count alike, so that the very first, which opens the connection, is soon forgotten.
    private const double Weight = 0.1;

    private readonly Lock _lock = new();
    private readonly Pace _pace = new();
    private readonly FailureStreak _failures = new(suspendAfter);
    private readonly ReturnTimes _returns = new();
    private readonly Queue<TaskCompletionSource<bool>> _line = new();
    private PaceLimits _limits = new(1, null);
    private int _inUse;
    private int _waiting;
    private int _sending;
    private long _sinceSum;
    private double? _seconds;
    private int _finished;
    private DateTimeOffset? _slowSince;
    private Task? _meeting;

    public Destination Destination => destination;
    public PaceWindow Window => window;
    public DateTimeOffset UsedAt { get; private set; }

    /// <summary>What the other nodes say; null while this node has not told them of itself.</summary>
    public SharedStanding? Standing { get; set; }

    /// <summary>Whether a slowdown was met here that other nodes do not know of.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Whether enough is used for other nodes to be reckoned with: below a quarter of the limit, four nodes together stay within it.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
                return _inUse + _waiting >= _limits.Connections / 4;
        }
    }

    /// <summary>Whether nothing of it is in use.</summary>
    public bool IsIdleSince(DateTimeOffset moment)
    {
        lock (_lock)
            return _inUse == 0 && _waiting == 0 && UsedAt < moment;
    }

    /// <summary>Whether its mails take long.</summary>
    public bool IsSlow(DateTimeOffset now)
    {
        lock (_lock)
            return SecondsPerMail(now) > SlowMail.TotalSeconds;
    }

    /// <summary>Whether its mails are known to take no time worth speaking of. Of a new one nothing is known.</summary>
    public bool IsFast(DateTimeOffset now)
    {
        lock (_lock)
            return IsFast(SecondsPerMail(now));
    }

    /// <summary>Runs one at a time; who comes meanwhile waits for that one.</summary>
    public Task OnceAsync(Func<DestinationPace, Task> meet)
    {
        lock (_lock)
            return _meeting is null or { IsCompleted: true } ? _meeting = meet(this) : _meeting;
    }

    /// <summary>The limits now, adapted.</summary>
    public PaceLimits Limits(PaceLimits limits, DateTimeOffset now)
    {
        lock (_lock)
        {
            _limits = limits;
            return _pace.Within(limits, now);
        }
    }

    /// <summary>Takes a connection at once (true), is told to go (false), or gets a place in line.</summary>
    /// <param name="line">Answers true when the turn has come.</param>
    public bool TryEnter(DateTimeOffset now, out TaskCompletionSource<bool>? line)
    {
        line = null;
        lock (_lock)
        {
            UsedAt = now;
            var limit = _pace.Within(_limits, now).Connections;
            if (_inUse < limit && _waiting == 0)
            {
                _inUse++;
                return true;
            }
            if (limit == 0 || !MayWait(limit, now))
                return false;
            _line.Enqueue(line = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting++;
            return false;
        }
    }

    /// <summary>Who has a connection begins to use it.</summary>
    public void Begin(DateTimeOffset now)
    {
        lock (_lock)
        {
            _sending++;
            _sinceSum += now.ToUnixTimeMilliseconds();
        }
    }

    /// <summary>One in line went away.</summary>
    public void StopWaiting()
    {
        lock (_lock)
            _waiting--;
    }

    /// <summary>Gives a connection back, and to those in line.</summary>
    public void Leave(DateTimeOffset? since, DateTimeOffset now)
    {
        lock (_lock)
        {
            _inUse--;
            if (since is { } began)
            {
                _sending--;
                _sinceSum -= began.ToUnixTimeMilliseconds();
            }
            var limit = _pace.Within(_limits, now).Connections;
            while (_inUse < limit && _line.TryDequeue(out var next))
                if (next.TrySetResult(true))
                {
                    _waiting--;
                    _inUse++;
                }
        }
    }

    /// <summary>How long a mail waits that finds no place.</summary>
    public TimeSpan WaitElsewhere(DateTimeOffset now, double jitter)
    {
        lock (_lock)
        {
            var limits = _pace.Within(_limits, now);
            var perMail = (SecondsPerMail(now) ?? 0) / Math.Max(1, limits.Connections);
            if (limits.PerMinute is { } rate)
                perMail = Math.Max(perMail, 60.0 / rate);
            // A limit of the policy's is what it is.
            var trueSince = limits.PerMinute is not null || limits.Connections == 0 ? DateTimeOffset.MinValue : _slowSince;
            return _returns.Next(now, TimeSpan.FromSeconds(Math.Min(perMail, ReturnTimes.Longest.TotalSeconds)), trueSince, jitter);
        }
    }

    /// <summary>Learns from an attempt; answers for how long to suspend the destination, null: not at all.</summary>
    public TimeSpan? Learn(PaceSignal signal, TimeSpan took, bool isSuspended, DateTimeOffset now)
    {
        lock (_lock)
        {
            _finished++;
            _seconds = _seconds is { } before
                ? before + Math.Max(Weight, 1.0 / _finished) * (took.TotalSeconds - before)
                : took.TotalSeconds;
            if (signal != PaceSignal.NoConnection)
                _failures.End();
            switch (signal)
            {
                case PaceSignal.Success:
                    _pace.Succeed(_limits, now);
                    return null;
                case PaceSignal.SlowDown:
                    Slow(now);
                    return null;
                case PaceSignal.NoConnection:
                    var suspendFor = _failures.Add(isSuspended);
                    if (_failures.Count >= FailureStreak.SlowsAt)
                        Slow(now);
                    return suspendFor;
                default:
                    return null;
            }
        }
    }

    /// <summary>Takes over what other nodes have met.</summary>
    public void Hear(SharedStanding standing, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (Standing is { } before && standing.SlowedAt > before.SlowedAt && !HasNews)
                _pace.Slow(now);
            (Standing, HasNews) = (standing, false);
        }
    }

    private void Slow(DateTimeOffset now)
    {
        if (_pace.Slow(now))
            HasNews = true;
    }

    private bool MayWait(int limit, DateTimeOffset now)
    {
        var seconds = SecondsPerMail(now) ?? 0;
        var turn = (_waiting + 1) * seconds / limit;
        if (IsFast(seconds))
        {
            _slowSince = null;
            return turn <= PatienceWithFast.TotalSeconds;
        }
        _slowSince ??= now.AddSeconds(-seconds);
        return turn <= Patience.TotalSeconds || (_inUse + _waiting < MaxInHand && now - _slowSince < Trial);
    }

    private bool IsFast(double? seconds) => _seconds is not null && seconds <= SlowMail.TotalSeconds;

    // What is under way counts too: a destination that has just become slow has not finished a slow mail yet.
    private double? SecondsPerMail(DateTimeOffset now)
    {
        if (_sending == 0)
            return _seconds;
        var underWay = (now.ToUnixTimeMilliseconds() - _sinceSum / _sending) / 1000.0;
        return Math.Max(_seconds ?? 0, underWay);
    }
}
