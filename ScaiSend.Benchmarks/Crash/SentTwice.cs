namespace ScaiSend.Benchmarks.Crash;

/// <summary>A message that the receiver took more than once.</summary>
/// <param name="HasOneMessageId">Whether all copies carried the same Message-ID, so that mail programs show one.</param>
/// <param name="ExplainedBy">The kill that fell between 250 and commit; null when none did.</param>
public sealed record SentTwice(
    string Recipient,
    IReadOnlyList<DateTimeOffset> TakenAt,
    bool HasOneMessageId,
    DateTimeOffset? EndedAt,
    string? ExplainedBy
);
