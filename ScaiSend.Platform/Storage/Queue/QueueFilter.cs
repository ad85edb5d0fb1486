using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>Which emails of the queue an operator means; all that is given must be so. The queue is what has not ended.</summary>
public sealed record QueueFilter
{
    public Guid? TenantId { get; init; }
    public Guid? MessageId { get; init; }
    public string? BatchId { get; init; }

    /// <summary>The recipient's domain, with or without capitals, as U-labels or A-labels.</summary>
    public string? Domain { get; init; }

    /// <summary>The provider that the last attempt went to. An email without an attempt has none.</summary>
    public string? Provider { get; init; }
    public EmailStatus? State { get; init; }
    public bool? IsHeld { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>The states of the queue, by the words of callers.</summary>
    public static IReadOnlyDictionary<string, EmailStatus> States { get; } =
        new Dictionary<string, EmailStatus>(StringComparer.OrdinalIgnoreCase)
        {
            ["queued"] = EmailStatus.Queued,
            ["processed"] = EmailStatus.Processed,
            ["delivering"] = EmailStatus.Delivering,
            ["deferred"] = EmailStatus.Deferred,
        };

    /// <summary>Whether it says whose or which mail is meant. Without that an action would be about everything.</summary>
    public bool NamesMail() =>
        TenantId is not null || MessageId is not null || BatchId is not null || Domain is not null || Provider is not null;

    /// <summary>Whether it means this email.</summary>
    public bool Takes(QueueEmail email) =>
        (State is not { } state || email.State == state)
        && (IsHeld is not { } isHeld || email.IsHeld == isHeld)
        && (CreatedBefore is not { } before || email.CreatedAt < before)
        && (CreatedAfter is not { } after || email.CreatedAt >= after)
        && (Domain is not { } domain || email.Domain == MailDomain.Spell(domain))
        && (Provider is not { } provider || provider.Equals(email.Provider, StringComparison.OrdinalIgnoreCase));
}

/// <summary>An email of the queue.</summary>
/// <param name="Provider">Null when it has had no attempt, or when nobody asked.</param>
public sealed record QueueEmail(
    Guid EmailId,
    Guid MessageId,
    Guid TenantId,
    string Recipient,
    EmailStatus State,
    EmailLane Lane,
    int Attempts,
    DateTimeOffset DueAt,
    DateTimeOffset DeadlineAt,
    DateTimeOffset StartsAt,
    DateTimeOffset CreatedAt,
    string? LastReply,
    string? Provider
)
{
    public bool IsHeld => Lane == EmailLane.Held;

    /// <summary>The recipient's domain in A-labels and small letters.</summary>
    public string Domain => MailDomain.Of(Recipient);
}
