namespace ScaiSend.Benchmarks.Crash;

/// <summary>Something that can be killed and started again.</summary>
/// <param name="CutsCommits">Whether its death can fall between a receiver's 250 and our commit.</param>
public sealed record Victim(
    string Name,
    bool CutsCommits,
    Func<CancellationToken, Task> KillAsync,
    Func<CancellationToken, Task> StartAsync
);
