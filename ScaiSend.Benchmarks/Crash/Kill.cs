namespace ScaiSend.Benchmarks.Crash;

/// <summary>One kill of a run, and when its victim was started again.</summary>
/// <param name="ResumedAfter">From then to the next mail that the receiver took.</param>
public sealed record Kill(int Round, string Victim, bool CutsCommits, DateTimeOffset At, DateTimeOffset BackAt, TimeSpan ResumedAfter);
