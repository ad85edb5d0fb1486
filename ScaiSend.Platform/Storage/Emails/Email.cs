using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Storage.Emails;

/// <summary>One recipient's copy of a message, and the state of its saga. Written by the door once and by the saga ever after.</summary>
public sealed class Email : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public Guid MessageId { get; init; }
    public required string Recipient { get; init; }
    public EmailStatus State { get; init; }
    public EmailLane Lane { get; init; }

    /// <summary>Grows with each change; hints and facts that name another version are stale.</summary>
    public int Version { get; init; }

    /// <summary>When something has to happen: the next attempt, <c>send_at</c>, or the end of the stage's lease. Null at an end state.</summary>
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset DeadlineAt { get; init; }

    /// <summary>Acceptance or <c>send_at</c>: from here the time to its deadline is counted.</summary>
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int Attempts { get; init; }

    /// <summary>Set while an attempt runs: the mark that was written before connecting.</summary>
    public DateTimeOffset? AttemptStartedAt { get; init; }

    /// <summary>Key of the signed bytes in the blob store.</summary>
    public string? MailKey { get; init; }
    public string? LastReply { get; init; }

    /// <summary>Number of its events so far.</summary>
    public int Events { get; init; }

    /// <summary>What its recipient has done so far, and whether it is only simulated.</summary>
    public EmailMarks Marks { get; init; }
}

/// <summary>What has happened to an email at least once: tells the first open from the later ones.</summary>
[Flags]
public enum EmailMarks
{
    None = 0,
    Opened = 1,
    Clicked = 2,
    OpenedByMachine = 4,
    ClickedByMachine = 8,

    /// <summary>From its acceptance on: it never leaves, suppresses nobody and counts nowhere.</summary>
    Simulated = 16,
}

/// <summary>Who has to move an email next.</summary>
public enum EmailLane : byte
{
    /// <summary>Nobody: at an end state.</summary>
    Ended = 0,

    /// <summary>The waker, when its due time comes.</summary>
    Waiting = 1,

    /// <summary>A stage, until its lease ends at the due time. Counts against the tenant's window.</summary>
    InFlight = 2,

    /// <summary>An operator, who holds it; due at its deadline.</summary>
    Held = 3,
}

/// <summary>What happened to an email, as reported.</summary>
public sealed class EmailEvent : IOfTenant
{
    public Guid EmailId { get; init; }

    /// <summary>The number that an email's acceptance has in its timeline. No event is stored for it: the row of the email says the same.</summary>
    public const int Acceptance = 1;

    /// <summary>2, 3 … within the email.</summary>
    public int Number { get; init; }
    public Guid TenantId { get; init; }
    public required string Type { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>The reply or reason, for people; null when the type says it all.</summary>
    public string? Reason { get; init; }

    /// <summary>JSON with more, such as the bounce class.</summary>
    public string? Data { get; init; }

    /// <summary>The lane that it was written in, see <see cref="Events.EventLane"/>.</summary>
    public int Lane { get; init; }

    /// <summary>Its place in the lane: 1, 2, 3 … in the order of commits.</summary>
    public long Position { get; init; }
    public EventFlags Flags { get; init; }
}

/// <summary>What statistics need to know of an event beside its type.</summary>
[Flags]
public enum EventFlags
{
    None = 0,

    /// <summary>The first open or click of its email, people and machines each on their own.</summary>
    First = 1,

    /// <summary>An image proxy or a scanner did it, not a person.</summary>
    Machine = 2,

    /// <summary>Its email is only simulated: it counts nowhere.</summary>
    Simulated = 4,
}

/// <summary>One try to hand an email over.</summary>
public sealed class EmailAttempt : IOfTenant
{
    public Guid EmailId { get; init; }

    /// <summary>1, 2, 3 … within the email.</summary>
    public int Number { get; init; }
    public Guid TenantId { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public int DurationMs { get; init; }
    public string? MxHost { get; init; }
    public string? MxAddress { get; init; }
    public string? Tls { get; init; }
    public int? ReplyCode { get; init; }
    public string? EnhancedStatusCode { get; init; }
    public required string Reply { get; init; }

    public string? Provider { get; init; }
    public string? Source { get; init; }
    public string? Step { get; init; }
    public string? Rule { get; init; }
    public string? TlsPolicy { get; init; }
    public string? Certificate { get; init; }

    /// <summary><c>delivered</c>, <c>deferred</c>, <c>bounce</c> or <c>interrupted</c>.</summary>
    public required string Outcome { get; init; }
}
