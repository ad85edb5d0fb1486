using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.MailSend;

/// <summary>One request on its way into the database.</summary>
public sealed class AcceptedMail(Guid contentId, Guid tenantId, byte[] content, IdempotencyKey? key, DateTimeOffset acceptedAt)
{
    public Guid ContentId => contentId;
    public Guid TenantId => tenantId;
    public IdempotencyKey? Key => key;
    public DateTimeOffset AcceptedAt => acceptedAt;

    /// <summary>Set by the commit when another request with this key was first: then this one adds nothing.</summary>
    public FirstAnswer? Earlier { get; set; }
    public byte[]? Content { get; set; } = content;
    public string? BlobKey { get; set; }
    public List<AcceptedMessage> Messages { get; } = [];
}

/// <summary>One personalization as a row.</summary>
public sealed record AcceptedMessage(
    Guid Id,
    Address From,
    string Subject,
    string ToEmails,
    string Categories,
    string? CustomArgs,
    byte[] Personalization,
    string? BatchId,
    string? TemplateId,
    bool IsSandbox,
    string? Settings,
    DateTimeOffset? SendAt,
    DateTimeOffset CreatedAt
)
{
    public IReadOnlyList<AcceptedEmail> Emails { get; init; } = [];
}

/// <summary>One recipient's copy as a row.</summary>
/// <param name="IsSimulated">Its delivery will only be played.</param>
public sealed record AcceptedEmail(
    Guid Id,
    Guid MessageId,
    string Recipient,
    bool IsSimulated,
    EmailLane Lane,
    DateTimeOffset DueAt,
    DateTimeOffset StartsAt,
    DateTimeOffset DeadlineAt
);
