namespace ScaiSend.Benchmarks.Crash;

/// <summary>A message that the receiver took.</summary>
/// <param name="At">Just before its 250 was sent.</param>
public sealed record Receipt(string Recipient, string MessageId, DateTimeOffset At);
