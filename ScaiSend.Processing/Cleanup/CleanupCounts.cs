namespace ScaiSend.Processing.Cleanup;

/// <summary>What one run of the cleanup took away.</summary>
public sealed class CleanupCounts
{
    public int Bodies { get; set; }

    /// <summary>Personalizations of which only the addresses were left.</summary>
    public int Reduced { get; set; }
    public int Blobs { get; set; }
    public int Messages { get; set; }
    public int Emails { get; set; }
    public int Attempts { get; set; }
    public int Events { get; set; }
    public int Deliveries { get; set; }
    public int Posts { get; set; }
    public int Batches { get; set; }
    public int Versions { get; set; }
    public int Suspensions { get; set; }

    /// <summary>DKIM keys.</summary>
    public int Keys { get; set; }

    /// <summary>Which events of ScaiKey have come.</summary>
    public int ScaiKeyEvents { get; set; }

    /// <summary>Blobs that nothing named.</summary>
    public int Orphans { get; set; }

    /// <summary>For the log.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            new[]
            {
                (Bodies, "bodies"),
                (Reduced, "personalizations reduced"),
                (Blobs, "blobs"),
                (Messages, "messages"),
                (Emails, "emails"),
                (Attempts, "attempts"),
                (Events, "events"),
                (Deliveries, "webhook deliveries"),
                (Posts, "webhook posts"),
                (Batches, "batches"),
                (Versions, "template versions"),
                (Suspensions, "suspensions"),
                (Keys, "DKIM keys"),
                (ScaiKeyEvents, "events of ScaiKey"),
                (Orphans, "orphaned blobs"),
            }
                .Where(count => count.Item1 > 0)
                .Select(count => $"{count.Item1} {count.Item2}")
                .DefaultIfEmpty("nothing")
        );
}
