namespace ScaiSend.Delivery.Pacing;

/// <summary>How many mails went in the last minute or two, about. For one caller at a time.</summary>
internal sealed class SentLately
{
    private long _minute;
    private int _before;
    private int _now;

    public void Add(DateTimeOffset now)
    {
        TurnTo(now);
        _now++;
    }

    /// <summary>The greater of this minute's count and the last one's.</summary>
    public int PerMinute(DateTimeOffset now)
    {
        TurnTo(now);
        return Math.Max(_before, _now);
    }

    private void TurnTo(DateTimeOffset now)
    {
        var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
        if (minute == _minute)
            return;
        (_before, _now, _minute) = (minute == _minute + 1 ? _now : 0, 0, minute);
    }
}
