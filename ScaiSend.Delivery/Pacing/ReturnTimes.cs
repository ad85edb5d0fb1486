namespace ScaiSend.Delivery.Pacing;

/// <summary>
/// Says when mails that find no place come back: one after the other, as fast as the destination takes them, so that the waiting ones neither
/// storm it together nor leave it idle. Pure; for one caller at a time.
/// </summary>
public sealed class ReturnTimes
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>A longer wait would keep mail back after the destination has become fast, or a suspension was lifted.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private DateTimeOffset _last;

    /// <summary>How long the next one waits.</summary>
    /// <param name="perMail">How long the destination takes for one more.</param>
    /// <param name="longest">More than <see cref="Shortest"/>, at most <see cref="Longest"/>.</param>
    /// <param name="jitter">0 to 1.</param>
    public TimeSpan Next(DateTimeOffset now, TimeSpan perMail, TimeSpan longest, double jitter)
    {
        var from = _last > now + Shortest ? _last : now + Shortest;
        _last = from + perMail < now + longest ? from + perMail : now + longest;
        var delay = _last - now;
        // Where all would come at once at the longest wait, they are spread over its second half.
        return delay >= longest ? longest * (0.5 + jitter / 2) : Min(delay * (1 + jitter / 4), longest);
    }

    /// <summary>How long a mail to a suspended destination waits: to the end, spread over a quarter more.</summary>
    public static TimeSpan AfterSuspension(TimeSpan left, double jitter)
    {
        var least = left > Shortest ? left : Shortest;
        return least > Longest ? Longest * (0.5 + jitter / 2) : least + Min(least / 4 + Shortest, Longest / 4) * jitter;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
