namespace ScaiSend.Platform.Storage.Batches;

/// <summary>An id that a tenant groups messages by, and what is to be done with those whose time has not come.</summary>
public sealed class MailBatch : IOfTenant
{
    public Guid TenantId { get; init; }

    /// <summary>As the caller sees it.</summary>
    public required string BatchId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: each message goes when its time comes.</summary>
    public BatchStatus? Status { get; set; }

    /// <summary>When the status was changed; null once the emails that wait have been woken for it.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}

/// <summary>What SendGrid calls a scheduled send's status.</summary>
public enum BatchStatus : byte
{
    /// <summary>Queued emails whose time comes wait until the pause is lifted, at most until their deadline.</summary>
    Pause = 1,

    /// <summary>Queued emails are cancelled when their time comes; until then it can be taken back.</summary>
    Cancel = 2,

    /// <summary>Queued emails are cancelled at once, and the batch stays cancelled. Ours; SendGrid's callers see <see cref="Cancel"/>.</summary>
    CancelForGood = 3,
}
