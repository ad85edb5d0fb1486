using MassTransit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Sagas.Emails;

/// <summary>The saga of one email in memory: the row's changeable part, and what this transition adds beside it.</summary>
public sealed class EmailState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public Guid TenantId { get; init; }
    public string Recipient { get; init; } = "";
    public DateTimeOffset StartsAt { get; init; }
    public int State { get; set; }
    public EmailLane Lane { get; set; }
    public int Version { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset DeadlineAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? AttemptStartedAt { get; set; }
    public string? MailKey { get; set; }
    public string? LastReply { get; set; }
    public int Events { get; set; }
    public EmailMarks Marks { get; set; }

    /// <summary>Whether its delivery is only played.</summary>
    public bool IsSimulated => Marks.HasFlag(EmailMarks.Simulated);

    /// <summary>Whether the fact was accepted; otherwise nothing is written.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether the email ended with this transition; a bounce that comes back later changes an end that it had.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Events of this transition.</summary>
    public List<EmailEvent> NewEvents { get; } = [];

    /// <summary>Attempts that ended with this transition.</summary>
    public List<EmailAttempt> NewAttempts { get; } = [];

    /// <summary>Entries on the tenant's lists that this transition causes.</summary>
    public List<Suppression> NewSuppressions { get; } = [];

    /// <summary>Groups whose list the recipient leaves with this transition.</summary>
    public List<int> LeftGroups { get; } = [];

    /// <summary>Adds an entry to one of the tenant's lists. A simulated email tells nothing of its address, so it adds none.</summary>
    public void Suppress(Suppression entry)
    {
        if (!IsSimulated)
            NewSuppressions.Add(entry);
    }

    /// <summary>Adds an event with the next number. The reason is cut to its column's width; a reply of a hostile server may be long.</summary>
    public void Record(string type, DateTimeOffset at, string? reason = null, string? data = null, EventFlags flags = EventFlags.None) =>
        NewEvents.Add(
            new EmailEvent
            {
                EmailId = CorrelationId,
                TenantId = TenantId,
                Number = ++Events,
                Type = type,
                At = at,
                Reason = reason is { Length: > MaxReason } ? reason[..MaxReason] : reason,
                Data = data,
                Flags = IsSimulated ? flags | EventFlags.Simulated : flags,
            }
        );

    private const int MaxReason = 1000;

    /// <summary>The state as everyone else calls it.</summary>
    public EmailStatus Status => (EmailStatus)State;
}
