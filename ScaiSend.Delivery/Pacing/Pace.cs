namespace ScaiSend.Delivery.Pacing;

/// <summary>
/// Adapts to what a destination says: halves connections and mails a minute when it asks for less, and gets them back step by step with each success
/// and with time, as TCP does and Postfix after it. A destination without a limit of mails a minute gets none: one that is made up from a quiet
/// moment would starve it. Pure; never above the limits, never below <see cref="Least"/> of them. For one caller at a time.
/// </summary>
public sealed class Pace
{
    /// <summary>The smallest share of the limits.</summary>
    public const double Least = 1.0 / 32;

    /// <summary>Replies to what was under way already are one signal, not many.</summary>
    public static readonly TimeSpan OneSlowdownPer = TimeSpan.FromSeconds(5);

    /// <summary>From standstill to the limits when nothing is sent that could succeed.</summary>
    public static readonly TimeSpan RecoversWithin = TimeSpan.FromMinutes(10);

    // How many successes on each connection give a connection more, when there are few of them.
    private const int LeastSteps = 20;

    private double _share = 1;
    private DateTimeOffset _at;
    private DateTimeOffset? _slowedAt;

    /// <summary>The share of the limits that may be used, above 0 and up to 1.</summary>
    public double ShareAt(DateTimeOffset now)
    {
        if (_share < 1 && now > _at)
            Grow((now - _at) / RecoversWithin);
        _at = now;
        return _share;
    }

    /// <summary>The destination asks for less. False when that was heard already.</summary>
    public bool Slow(DateTimeOffset now)
    {
        if (_slowedAt is { } before && now - before < OneSlowdownPer)
            return false;
        _share = Math.Max(Least, ShareAt(now) / 2);
        _slowedAt = now;
        return true;
    }

    /// <summary>A mail was taken. As many successes as there are connections give one more.</summary>
    public void Succeed(PaceLimits limits, DateTimeOffset now)
    {
        if (ShareAt(now) < 1)
            Grow(1.0 / (Math.Max(limits.Connections, LeastSteps) * Math.Max(1, limits.Connections * _share)));
    }

    /// <summary>What may be used of these limits now.</summary>
    public PaceLimits Within(PaceLimits limits, DateTimeOffset now)
    {
        var share = ShareAt(now);
        if (share >= 1 || limits.Connections == 0)
            return limits;
        return new PaceLimits(
            Math.Max(1, (int)(limits.Connections * share)),
            limits.PerMinute is { } rate ? Math.Max(1, (int)(rate * share)) : null
        );
    }

    private void Grow(double by) => _share = Math.Min(1, _share + by);
}
