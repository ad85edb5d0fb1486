namespace ScaiSend.Delivery.Pacing;

/// <summary>Counts how often in a row no conversation came about, and says when and how long it is no use to try. Pure; for one caller at a time.</summary>
/// <param name="patience">How many failures in a row lead to a suspension; 0: none ever.</param>
public sealed class FailureStreak(int patience)
{
    /// <summary>So many failures in a row slow the destination down.</summary>
    public const int SlowsAt = 3;

    /// <summary>The first suspension; each further one of the same streak is twice as long.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private int _suspensions;

    /// <summary>Failures in a row.</summary>
    public int Count { get; private set; }

    /// <summary>The other side spoke to us.</summary>
    public void End() => (Count, _suspensions) = (0, 0);

    /// <summary>One more failure; answers how long to suspend, null: not at all.</summary>
    /// <param name="isSuspended">What was under way when a suspension began says nothing new.</param>
    public TimeSpan? Add(bool isSuspended)
    {
        if (isSuspended)
            return null;
        Count++;
        if (patience == 0 || Count < patience)
            return null;
        var length = First * Math.Pow(2, Math.Min(_suspensions++, 10));
        return length < Longest ? length : Longest;
    }
}
