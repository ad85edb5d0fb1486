using System.Collections.Concurrent;
using System.Diagnostics;
using ScaiSend.Benchmarks.Schedule;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pacing;

/// <summary>A steady stream of single mails of one tenant, each timed from its 202 to its receipt.</summary>
public sealed class Probes(Sender sender, string name, MailHost host)
{
    /// <summary>The pace.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromMinutes(5);
    private int next;

    /// <summary>Sends for as long as something else runs, waits until all are there, and answers the milliseconds of each, in their order.</summary>
    public async Task<IReadOnlyList<double>> WhileAsync(Task running, CancellationToken cancellationToken)
    {
        var accepted = new ConcurrentDictionary<string, long>();
        var sent = new List<Task>();
        using var timer = new PeriodicTimer(Every);
        do sent.Add(SendAsync($"{name}{next++}@probe.test", accepted, cancellationToken));
        while (await timer.WaitForNextTickAsync(cancellationToken) && !running.IsCompleted);
        await running;
        await Task.WhenAll(sent);
        await Until.TrueAsync(
            "all single mails have arrived",
            ArrivalLimit,
            () => accepted.Keys.All(recipient => host.ReceivedAt(recipient) is not null),
            cancellationToken
        );
        return
        [
            .. accepted
                .OrderBy(mail => mail.Value)
                .Select(mail => Math.Max(0, Stopwatch.GetElapsedTime(mail.Value, host.ReceivedAt(mail.Key)!.Value).TotalMilliseconds)),
        ];
    }

    private async Task SendAsync(string recipient, ConcurrentDictionary<string, long> accepted, CancellationToken cancellationToken)
    {
        await sender.SendOneAsync(recipient, cancellationToken);
        accepted[recipient] = Stopwatch.GetTimestamp();
    }
}
