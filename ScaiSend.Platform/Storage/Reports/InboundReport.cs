namespace ScaiSend.Platform.Storage.Reports;

/// <summary>A mail that came back about one of ours, as it was received. Belongs to no tenant until the email is known that it speaks of.</summary>
public sealed class InboundReport
{
    public Guid Id { get; init; }
    public Guid? EmailId { get; init; }
    public Guid? TenantId { get; init; }

    /// <summary>What it turned out to be, see <see cref="ReportKind"/>; null until it was read.</summary>
    public string? Kind { get; init; }
    public ReportState State { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it is read, or read again; null when nothing is left to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often it was claimed.</summary>
    public int Tries { get; init; }

    /// <summary>Who handed it over.</summary>
    public required string RemoteAddress { get; init; }

    /// <summary>The address of ours that it came to.</summary>
    public required string Recipient { get; init; }
    public required byte[] Raw { get; init; }

    /// <summary>What came of it or why nothing did, for people.</summary>
    public string? Summary { get; init; }
}

/// <summary>How far a report is.</summary>
public enum ReportState : byte
{
    /// <summary>Stored; still to be read, or waiting for the email to be where it can be applied.</summary>
    Pending = 1,

    /// <summary>The email's saga was told, or there was nothing to tell.</summary>
    Applied = 2,

    /// <summary>About no email of ours, or too late, or told before.</summary>
    Ignored = 3,

    /// <summary>Nobody could make out what it says; kept for inspection.</summary>
    Unparseable = 4,
}

/// <summary>What a report can be.</summary>
public static class ReportKind
{
    public const string Bounce = "bounce";
    public const string Delayed = "delayed";
    public const string Relayed = "relayed";
    public const string Complaint = "complaint";
    public const string Unsubscribe = "unsubscribe";
    public const string AutoReply = "auto_reply";

    /// <summary>Mail for people: to <c>postmaster</c> or <c>abuse</c>.</summary>
    public const string Letter = "letter";
}
