namespace ScaiSend.Platform.Storage.Suspensions;

/// <summary>A time in which a provider gets no mail. Written by the node that met the cause, seen by all, and lifted by an operator or ended by the clock.</summary>
public sealed class Suspension
{
    public Guid Id { get; init; }

    /// <summary>Who gets no mail.</summary>
    public required string Provider { get; init; }

    /// <summary>From which of our addresses; null: from all of them.</summary>
    public string? Source { get; init; }

    /// <summary>The reply or trouble that led to it, for people; at most 1,000 characters.</summary>
    public required string Cause { get; init; }

    /// <summary>Name of the reply rule that asked for it; null when repeated trouble with connections did.</summary>
    public string? Rule { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>When an operator ended it before its time.</summary>
    public DateTimeOffset? LiftedAt { get; set; }

    /// <summary>Who that was.</summary>
    public string? LiftedBy { get; set; }

    /// <summary>Whether it keeps mail back at this moment.</summary>
    public bool IsActiveAt(DateTimeOffset now) => LiftedAt is null && EndsAt > now;

    /// <summary>Whether it is about mail to this provider from this address.</summary>
    public bool Covers(string provider, string? source) => Provider == provider && (Source is null || Source == source);
}
