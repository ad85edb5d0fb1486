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

    /// <summary>A backlog that nobody has been added to for so long is over.</summary>
    public static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(1);

    // A guess from what was seen so far is believed for so many times as long as it has been true: what lasts a moment delays nothing for long.
    private const int Believed = 4;

    private DateTimeOffset _last;
    private DateTimeOffset _backlogSince;
    private DateTimeOffset _askedAt;

    /// <summary>How long the next one waits.</summary>
    /// <param name="perMail">How long the destination takes for one more.</param>
    /// <param name="trueSince">Since when it has been like that, if that is longer than there have been mails without a place.</param>
    /// <param name="jitter">0 to 1.</param>
    public TimeSpan Next(DateTimeOffset now, TimeSpan perMail, DateTimeOffset? trueSince, double jitter)
    {
        if (now - _askedAt > ForgetAfter)
            _backlogSince = now;
        _askedAt = now;
        var longest = LongestWait(now - (trueSince < _backlogSince ? trueSince.Value : _backlogSince));
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

    private static TimeSpan LongestWait(TimeSpan hasLasted)
    {
        var least = Shortest * 2;
        return hasLasted > Longest / Believed ? Longest
            : hasLasted < least / Believed ? least
            : hasLasted * Believed;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
