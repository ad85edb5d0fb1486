namespace ScaiSend.Contracts.Emails;

/// <summary>
/// The states of an email's saga, as stored. The numbers are MassTransit's (0 to 2 are its own) and never change.
/// </summary>
public enum EmailStatus : byte
{
    /// <summary>Accepted and committed; waits for the renderer, or for its <c>send_at</c>.</summary>
    Queued = 3,

    /// <summary>Rendered once without error; waits for the SMTP stage.</summary>
    Processed = 4,

    /// <summary>An attempt was written down before its connection was opened.</summary>
    Delivering = 5,

    /// <summary>The receiving server answered 250 to the whole message. An end state.</summary>
    Delivered = 6,

    /// <summary>The last attempt failed for now; the signed bytes are stored and the next attempt is due.</summary>
    Deferred = 7,

    /// <summary>Refused for good, or given up at the deadline. An end state.</summary>
    Bounced = 8,

    /// <summary>Could not be made into a mail. An end state.</summary>
    Failed = 9,

    /// <summary>Withdrawn by the sender before it was handed over. An end state.</summary>
    Cancelled = 10,

    /// <summary>Not sent on purpose, such as to a suppressed address. An end state.</summary>
    Dropped = 11,
}

/// <summary>Questions that every stage asks about a status.</summary>
public static class EmailStatuses
{
    /// <summary>Whether nothing more will happen to the email by itself.</summary>
    public static bool IsEnded(this EmailStatus status) =>
        status is EmailStatus.Delivered or EmailStatus.Bounced or EmailStatus.Failed or EmailStatus.Cancelled or EmailStatus.Dropped;
}
