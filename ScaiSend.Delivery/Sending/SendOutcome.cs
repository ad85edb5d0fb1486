using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Sending;

/// <summary>How an attempt ended: what to remember of it, and what becomes of the email.</summary>
/// <param name="Rule">The reply rule that decided, if any; what it says about pace is still to be done.</param>
public sealed record SendOutcome(AttemptReport Attempt, Verdict Verdict, ReplyRule? Rule = null);
