using System.Collections.Concurrent;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>What the sender knows: which recipients it asked for, and which of them were promised with a 202.</summary>
public sealed class ClientLog
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> promised = new();
    private int asked;
    private int refused;

    /// <summary>Requests sent, answered or not.</summary>
    public int Asked => asked;

    /// <summary>Requests that were answered with something else than 202.</summary>
    public int Refused => refused;

    /// <summary>The recipients of each 202, with its moment.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Promised => promised;

    public void Ask() => Interlocked.Increment(ref asked);

    public void Promise(string recipient, DateTimeOffset at) => promised[recipient] = at;

    public void Refuse() => Interlocked.Increment(ref refused);
}
