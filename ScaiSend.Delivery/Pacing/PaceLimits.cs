namespace ScaiSend.Delivery.Pacing;

/// <summary>How fast mail may go to a destination.</summary>
/// <param name="Connections">Most at a time.</param>
/// <param name="PerMinute">Most mails a minute; null: as many as go.</param>
public sealed record PaceLimits(int Connections, int? PerMinute)
{
    /// <summary>What one of several nodes may use of what counts for all together; the first ones get what does not divide.</summary>
    public static int Share(int ofAll, int nodes, int rank) => ofAll / nodes + (rank < ofAll % nodes ? 1 : 0);
}
