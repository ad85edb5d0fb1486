namespace ScaiSend.Platform.Storage.Events;

/// <summary>
/// One of the sequences that events are numbered in. A writer counts its events up in a lane inside the transaction that writes them, and the lane's row stays
/// locked until the commit: so whoever reads a lane in the order of its positions, up to <see cref="Position"/>, misses none and sees none twice.
/// Each writer has its own lane, so none waits for another.
/// </summary>
public sealed class EventLane
{
    /// <summary>How many there are. More writers than these share lanes, which only costs time.</summary>
    public const int Count = 32;

    /// <summary>1 to <see cref="Count"/>. Lane 0 holds the events from before there were lanes.</summary>
    public int Lane { get; init; }

    /// <summary>The position of its newest event.</summary>
    public long Position { get; init; }

    /// <summary>When a writer took it last; the next one takes the lane whose time is longest ago.</summary>
    public long ClaimedAt { get; init; }
}
