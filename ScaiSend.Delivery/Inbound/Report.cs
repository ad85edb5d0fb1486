using ScaiSend.Contracts.Emails;

namespace ScaiSend.Delivery.Inbound;

/// <summary>What a mail to a return path an unsubscribe mailbox or a feedback address says about an email. A closed choice; an email's id stands here only when the mail proved it.</summary>
public abstract record Report
{
    private Report() { }

    /// <summary>The email will not arrive.</summary>
    /// <param name="Status">RFC 3463, such as 5.1.1.</param>
    /// <param name="Reason">One line of at most 1,000 characters, as the other side put it.</param>
    public sealed record Failed(Guid EmailId, BounceClass Class, string? Status, string Reason, string? ReportingMta) : Report;

    /// <summary>Some server on the way still tries.</summary>
    public sealed record Delayed(Guid EmailId, string? Status, string Reason, string? ReportingMta) : Report;

    /// <summary>Relayed, delivered or expanded.</summary>
    public sealed record Relayed(Guid EmailId, string? ReportingMta) : Report;

    /// <param name="FeedbackType">RFC 5965 §3.1, in lower case, such as abuse.</param>
    /// <param name="Source">Who sent the report, as far as it says so.</param>
    public sealed record Complaint(Guid EmailId, string FeedbackType, string? Source) : Report
    {
        /// <summary>The field Source-IP, when it is an IP address.</summary>
        public string? SourceAddress { get; init; }
    }

    /// <summary>The recipient, or a mail program for them, wants no more mail.</summary>
    /// <param name="GroupId">Of this group; null: of the sender at all.</param>
    public sealed record Unsubscribe(Guid EmailId, int? GroupId) : Report;

    /// <summary>A machine's mail that calls for nothing: out of office, or feedback that is no complaint.</summary>
    public sealed record AutoReply(Guid? EmailId) : Report;

    /// <summary>Not understood, or not proven.</summary>
    public sealed record Unparseable(string Why) : Report;
}
