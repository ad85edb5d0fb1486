using MassTransit;
using ScaiSend.Contracts.Simulation;

namespace ScaiSend.Contracts.Emails;

/// <summary>What a stage tells the saga of one email. <see cref="Version"/> fences: a fact about an older row changes nothing.</summary>
public abstract record EmailFact(Guid EmailId, int Version) : CorrelatedBy<Guid>
{
    Guid CorrelatedBy<Guid>.CorrelationId => EmailId;

    /// <summary>The answer, set by the saga repository after its commit; null while unanswered or when there is no such email.</summary>
    public Transition? After { get; set; }
}

/// <summary>The email's row after a fact was told and committed.</summary>
/// <param name="IsAccepted">False when the fact came too late or twice, and so changed nothing.</param>
public sealed record Transition(EmailStatus Status, int Version, DateTimeOffset? DueAt, int Attempts, bool IsAccepted);

/// <summary>The email was rendered; the SMTP stage may have it.</summary>
public sealed record RenderingSucceeded(Guid EmailId, int Version) : EmailFact(EmailId, Version);

/// <summary>The email cannot be rendered, now or ever.</summary>
public sealed record RenderingFailed(Guid EmailId, int Version, string Reason) : EmailFact(EmailId, Version);

/// <summary>The email's time has come, and its batch is paused.</summary>
public sealed record BatchPaused(Guid EmailId, int Version) : EmailFact(EmailId, Version);

/// <summary>An attempt is about to connect, or to be simulated.</summary>
/// <param name="WasRendered">Also that the email was rendered, which nobody has told yet: where one process does both, one commit is enough.</param>
public sealed record DeliveryStarted(Guid EmailId, int Version, bool WasRendered = false) : EmailFact(EmailId, Version)
{
    /// <summary>No server will be asked. The saga lets nothing else begin for an email that was accepted as simulated.</summary>
    public bool IsSimulated { get; init; }
}

/// <summary>The recipient is on a list of the tenant that keeps this mail back.</summary>
/// <param name="Reason">In SendGrid's words, such as <c>Bounced Address</c>.</param>
public sealed record EmailSuppressed(Guid EmailId, int Version, string Reason) : EmailFact(EmailId, Version);

/// <summary>No attempt was made, because the destination is busy with us; ask again later. Costs no attempt.</summary>
/// <param name="Reason">For people: what the email waits for. Null leaves what was known.</param>
/// <param name="WasRendered">As with <see cref="DeliveryStarted"/>.</param>
public sealed record DeliveryHeldBack(Guid EmailId, int Version, TimeSpan Delay, string? Reason = null, bool WasRendered = false)
    : EmailFact(EmailId, Version);

/// <summary>The receiving server answered 250 to the message.</summary>
public sealed record DeliverySucceeded(Guid EmailId, int Version, AttemptReport Attempt) : EmailFact(EmailId, Version)
{
    /// <summary>What a simulated recipient does with it, at once; null for real mail.</summary>
    public SimulatedLife? Simulated { get; init; }
}

/// <summary>A 4xx reply, network or TLS trouble: try again later.</summary>
/// <param name="MailKey">Key of the signed bytes in the blob store; every later attempt sends these. Null when none were made, or the store was away: then it is rendered again.</param>
/// <param name="RetryAfter">When to try again, as a reply rule said; null: by the schedule.</param>
public sealed record DeliveryDeferred(Guid EmailId, int Version, AttemptReport Attempt, string? MailKey, TimeSpan? RetryAfter = null)
    : EmailFact(EmailId, Version);

/// <summary>A 5xx reply, or a destination that takes no mail: final.</summary>
public sealed record DeliveryRefused(Guid EmailId, int Version, AttemptReport Attempt, BounceClass Class) : EmailFact(EmailId, Version);

/// <summary>The deadline of the email has passed.</summary>
public sealed record DeadlinePassed(Guid EmailId, int Version) : EmailFact(EmailId, Version);

/// <summary>The sender withdraws the email. Version 0: whatever the row's version.</summary>
public sealed record CancelRequested(Guid EmailId) : EmailFact(EmailId, 0);

/// <summary>The sender wants the email tried now. Version 0: whatever the row's version.</summary>
public sealed record RetryRequested(Guid EmailId) : EmailFact(EmailId, 0);

/// <summary>The sender gives the email up as failed, such as one that is stuck. Version 0: whatever the row's version.</summary>
public sealed record FailRequested(Guid EmailId) : EmailFact(EmailId, 0);

/// <summary>An operator wants the email to wait until it is released. Version 0: whatever the row's version.</summary>
public sealed record HoldRequested(Guid EmailId) : EmailFact(EmailId, 0);

/// <summary>An operator lets a held email go on. Version 0: whatever the row's version.</summary>
public sealed record ReleaseRequested(Guid EmailId) : EmailFact(EmailId, 0);

/// <summary>A report came back that the email was not delivered after all, though a server had taken it. Version 0: whatever the row's version.</summary>
/// <param name="Status">RFC 3463; null when the report names none.</param>
/// <param name="Reason">What the report says, at most 1,000 characters.</param>
/// <param name="ReportingMta">Who says so; null when unknown.</param>
public sealed record BounceReported(Guid EmailId, BounceClass Class, string? Status, string Reason, string? ReportingMta)
    : EmailFact(EmailId, 0);

/// <summary>The recipient called the email spam. Version 0: whatever the row's version.</summary>
/// <param name="FeedbackType">RFC 5965 §3.1, such as <c>abuse</c>.</param>
/// <param name="Source">Who passed the complaint on, such as a provider's name.</param>
public sealed record ComplaintReported(Guid EmailId, string FeedbackType, string? Source) : EmailFact(EmailId, 0)
{
    /// <summary>Where the mail came from, in the reporter's eyes (Source-IP, RFC 5965 §3.2): an address of ours. Null when not told.</summary>
    public string? SourceAddress { get; init; }
}

/// <summary>Somebody or something loaded the pixel. Version 0: whatever the row's version.</summary>
public sealed record EmailOpened(Guid EmailId, Visit Visit) : EmailFact(EmailId, 0);

/// <summary>Somebody or something followed a link. Version 0: whatever the row's version.</summary>
/// <param name="Url">Where it leads, at most 2,048 characters.</param>
/// <param name="IsInText">The link stood in the text part.</param>
/// <param name="Index">0, 1, 2 … : which of the part's links.</param>
public sealed record LinkClicked(Guid EmailId, Visit Visit, string Url, bool IsInText, int Index) : EmailFact(EmailId, 0);

/// <summary>The recipient wants no more mail. Version 0: whatever the row's version.</summary>
/// <param name="GroupId">Of this group; null: of the sender at all.</param>
public sealed record UnsubscribeRequested(Guid EmailId, Visit Visit, int? GroupId) : EmailFact(EmailId, 0);

/// <summary>The recipient wants the mail of a group again. Version 0: whatever the row's version.</summary>
public sealed record ResubscribeRequested(Guid EmailId, Visit Visit, int GroupId) : EmailFact(EmailId, 0);

/// <summary>A request to one of the addresses that are in a mail.</summary>
/// <param name="UserAgent">At most 512 characters; null when none was sent.</param>
/// <param name="Ip">Where it came from.</param>
/// <param name="MachineReason">Why it is no person's doing; null when it may be.</param>
public sealed record Visit(DateTimeOffset At, string? UserAgent, string? Ip, string? MachineReason);

/// <summary>Why a receiver does not take mail.</summary>
public enum BounceClass : byte
{
    /// <summary>The address is wrong or closed.</summary>
    Hard = 1,

    /// <summary>A temporary reason that outlasted the retries, or that a retry of the same mail would not cure.</summary>
    Soft = 2,

    /// <summary>Reputation or policy.</summary>
    Block = 3,
}

/// <summary>One try to hand an email over, as remembered for ever.</summary>
/// <param name="MxHost">Name of the host that answered last; null when none was reached.</param>
/// <param name="MxAddress">Its address and port.</param>
/// <param name="Tls">Such as <c>TLS 1.3</c>; null when the conversation was in the clear.</param>
/// <param name="ReplyCode">RFC 5321 §4.2 code; null when no reply came.</param>
/// <param name="EnhancedStatusCode">RFC 3463, such as <c>5.1.1</c>.</param>
/// <param name="Reply">The reply's text, or what went wrong in words; at most 1,000 characters.</param>
public sealed record AttemptReport(
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    string? MxHost,
    string? MxAddress,
    string? Tls,
    int? ReplyCode,
    string? EnhancedStatusCode,
    string Reply
)
{
    /// <summary>The provider that the recipient's mail hosts belong to; limits and rules go by it.</summary>
    public string? Provider { get; init; }

    /// <summary>Our own address that the attempt was made from; null when the system chose.</summary>
    public string? Source { get; init; }

    /// <summary>The command that was answered or that went wrong, in the words of a reply rule's <c>at</c>; null when no server was asked.</summary>
    public string? Step { get; init; }

    /// <summary>Name of the reply rule that decided; null when none did.</summary>
    public string? Rule { get; init; }

    /// <summary>What was asked of the connection and who asked it, such as <c>require (domain example.com)</c> or <c>mta-sts enforce</c>.</summary>
    public string? TlsPolicy { get; init; }

    /// <summary>What was found of the server's certificate, such as <c>valid</c> or <c>expired</c>; null in the clear.</summary>
    public string? Certificate { get; init; }
}
