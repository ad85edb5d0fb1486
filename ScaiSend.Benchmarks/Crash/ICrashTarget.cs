using System.Net;
using ScaiSend.Benchmarks.Product;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>A stack under the crash run: the servers stack with its roles as processes, or <c>scaisend up</c>.</summary>
public interface ICrashTarget : IAsyncDisposable
{
    /// <summary>Where requests go.</summary>
    IPEndPoint Http { get; }

    string LiveKey { get; }

    Ledger Ledger { get; }

    /// <summary>What can be killed.</summary>
    IReadOnlyList<Victim> Victims { get; }

    /// <summary>Starts again, as a supervisor would, what ended by itself; answers the names.</summary>
    Task<IReadOnlyList<string>> StartWhatEndedAsync(CancellationToken cancellationToken);
}
