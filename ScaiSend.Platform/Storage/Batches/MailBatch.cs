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
    public DateTimeOffset? StatusAt { get; set; }
}

/// <summary>What SendGrid calls a scheduled send's status.</summary>
public enum BatchStatus : byte
{
    /// <summary>Queued emails wait until the pause is lifted, at most until their deadline.</summary>
    Pause = 1,

    /// <summary>Queued emails are cancelled.</summary>
    Cancel = 2,
}
