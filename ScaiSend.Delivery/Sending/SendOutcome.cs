using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Sending;

/// <summary>How an attempt ended: what to remember of it, and what becomes of the email.</summary>
public sealed record SendOutcome(AttemptReport Attempt, Verdict Verdict)
{
    /// <summary>The reply rule that decided; null when none did.</summary>
    public ReplyRule? Rule { get; init; }
}
