namespace ScaiSend.Platform.Storage.Queue;

/// <summary>
/// One thing that an operator or an administrator did: who, when, what, why, and what came of it. One about the queue is at the same time the work itself:
/// while <see cref="DueAt"/> is set it is carried out, from <see cref="Position"/> on.
/// </summary>
public sealed class AuditEntry
{
    public Guid Id { get; init; }

    /// <summary>One of <see cref="AuditLog.Actions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>The name of the operator's key, of the user at the command line, whom a token speaks for, or the id of an API key.</summary>
    public required string Actor { get; init; }

    /// <summary><c>api</c> or <c>cli</c>.</summary>
    public required string Via { get; init; }
    public required string Reason { get; init; }

    /// <summary>JSON of what it was about: a <see cref="QueueFilter"/>, or what a suspension covers.</summary>
    public required string Target { get; init; }

    /// <summary>JSON of what was changed, as it was before and after; null where that says nothing.</summary>
    public string? Before { get; init; }
    public string? After { get; init; }

    /// <summary>The tenant that it was about; null when it named none.</summary>
    public Guid? TenantId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody has to go on with it: the end of the lease of whoever is at it. Null when it is done.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>How many emails it was for so far.</summary>
    public long Matched { get; set; }

    /// <summary>How many of them it changed.</summary>
    public long Changed { get; set; }

    /// <summary>How many were left alone because they were being sent.</summary>
    public long BeingSent { get; set; }

    /// <summary>Everything up to this <see cref="QueuePosition"/> is done.</summary>
    public string? Position { get; set; }
}
