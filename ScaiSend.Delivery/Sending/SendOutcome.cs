using ScaiSend.Contracts.Emails;

namespace ScaiSend.Delivery.Sending;

/// <summary>How an attempt ended: what to remember of it, and what becomes of the email.</summary>
public sealed record SendOutcome(AttemptReport Attempt, Verdict Verdict);
