namespace ScaiSend.Benchmarks.Crash;

/// <summary>One kill of a run, and when its victim was at work again.</summary>
public sealed record Kill(int Round, string Victim, bool CutsCommits, DateTimeOffset At, DateTimeOffset BackAt);
