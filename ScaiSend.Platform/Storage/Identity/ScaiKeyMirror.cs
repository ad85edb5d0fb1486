namespace ScaiSend.Platform.Storage.Identity;

/// <summary>How new what we know of something at ScaiKey is. The row outlives what it is about, so that news that is older than a deletion brings nothing back.</summary>
public sealed class ScaiKeyResource
{
    /// <summary><c>partner</c>, <c>tenant</c>, <c>user</c> or <c>group</c>; or a part of one that is told of by itself, such as <c>tenant.status</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Its id at ScaiKey.</summary>
    public required string ExternalId { get; init; }

    /// <summary>When ScaiKey said what we know.</summary>
    public DateTimeOffset StateAt { get; set; }
    public bool IsDeleted { get; set; }

    /// <summary>When the last whole walk that has met it began.</summary>
    public DateTimeOffset? SeenAt { get; set; }
}

/// <summary>A message of ScaiKey that was worked on; it commits with what it changes (Decision 7).</summary>
public sealed class ProcessedWebhookEvent
{
    public required string EventId { get; init; }
    public required string Type { get; init; }

    /// <summary>What was said to ScaiKey: whether it changed anything, and why not.</summary>
    public required string Outcome { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A walk through everything that ScaiKey has. One that was broken off goes on where it stands.</summary>
public sealed class SyncRun
{
    public Guid Id { get; init; }
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>What is walked through: <c>partner</c>, <c>tenant</c>, <c>user</c>, <c>group</c>; then <c>deletions</c>.</summary>
    public required string Stage { get; set; }

    /// <summary>Where in it; null at its beginning.</summary>
    public string? Cursor { get; set; }

    /// <summary>JSON of what was done so far.</summary>
    public string? Counts { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}
