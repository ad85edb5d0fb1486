namespace ScaiSend.Contracts.Tracking;

/// <summary>What the token of a tracked link says.</summary>
/// <param name="IsInText">The link stood in the text part.</param>
/// <param name="Index">0, 1, 2 … : which of the part's links.</param>
public sealed record TrackedLink(Guid EmailId, bool IsInText, int Index);

/// <summary>What an unsubscribe token says: enough to act on when the email's row is long gone.</summary>
/// <param name="GroupId">The unsubscribe group of the mail; null: the offer is about the sender's mail as a whole.</param>
public sealed record UnsubscribeOffer(Guid EmailId, Guid TenantId, string Recipient, int? GroupId);
