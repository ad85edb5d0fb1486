using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Sending;

/// <summary>How an attempt ended: what to remember of it, and what becomes of the email.</summary>
/// <param name="Rule">The reply rule that decided; null when none did.</param>
public sealed record SendOutcome(AttemptReport Attempt, Verdict Verdict, ReplyRule? Rule = null)
{
    /// <summary>The trouble with a more preferred host, after which another one was asked; null when there was none.</summary>
    public SendOutcome? Passed { get; init; }
}
