using System.Diagnostics;
using ScaiSend.Benchmarks.Load;
using ScaiSend.Benchmarks.Peers;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>Our side of the comparison: requests in, mail out to the sink, and the clock between.</summary>
public sealed class ProductSide(RunningProduct product, Servers servers, SmtpSink sink, TimeProvider time)
{
    private const int Connections = 64;
    private static readonly TimeSpan StuckLimit = TimeSpan.FromSeconds(60);
    private readonly HttpLoad load = new(product.Http, Connections);

    /// <summary>The processes whose cost is shown, by name.</summary>
    public IReadOnlyDictionary<string, int> Processes =>
        product
            .Roles.Select(role => KeyValuePair.Create(role.Key, role.Value.Id))
            .Concat(servers.Processes())
            .Append(KeyValuePair.Create("smtp-sink", sink.ProcessId))
            .Append(KeyValuePair.Create("load", Environment.ProcessId))
            .ToDictionary();

    /// <summary>Asks the database everything once, so that the first run does not pay for our own start-up work.</summary>
    public async Task WarmUpAuditAsync(CancellationToken cancellationToken)
    {
        await product.Ledger.NotEndedAsync(cancellationToken);
        await product.Ledger.TotalsAsync(Ledger.IdsFrom(time), cancellationToken);
    }

    /// <summary>Sends messages and waits until every email is delivered; then counts every row.</summary>
    public async Task<ProductRun> RunAsync(string what, int mailSize, int count, double? perSecond, CancellationToken cancellationToken)
    {
        var request = new MailSendRequest($"{product.Http}", product.LiveKey, "u{n}@b.test", mailSize);
        var received = sink.Received();
        var since = Ledger.IdsFrom(time);
        var cpu = CpuUse.Now(Processes);
        var started = Stopwatch.GetTimestamp();

        var sending = load.RunAsync(request, count, perSecond, cancellationToken);
        var arriving = WaitForSinkAsync(received + count, cancellationToken);
        await Progress.WhileAsync(
            Task.WhenAll(sending, arriving),
            () => $"{what}: {load.Answered} answered, {sink.Received() - received} delivered of {count}"
        );
        await WaitUntilAllEndedAsync(cancellationToken);
        var duration = Stopwatch.GetElapsedTime(started);
        cpu = CpuUse.Now(Processes).Since(cpu);

        var answers = await sending;
        if (answers.Accepted != count)
            throw new BenchException(
                $"{what}: answers other than 202: {string.Join(", ", answers.Statuses.Select(s => $"{s.Value} x {s.Key}"))}"
            );
        (await product.Ledger.TotalsAsync(since, cancellationToken)).MustAllBeDelivered(count);
        if (sink.Received() - received != count)
            throw new BenchException($"{what}: {count} accepted, but the sink has {sink.Received() - received}");
        return new ProductRun(count, duration, answers, cpu, await product.Ledger.LatenciesAsync(since, cancellationToken));
    }

    // The sink's counter costs nothing to read, so the database is asked only at the very end.
    private async Task WaitForSinkAsync(long target, CancellationToken cancellationToken)
    {
        var last = sink.Received();
        var movedAt = Stopwatch.GetTimestamp();
        for (long now; (now = sink.Received()) < target; await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken))
        {
            product.FailIfARoleExited();
            if (now != last)
                (last, movedAt) = (now, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(movedAt) > StuckLimit)
                throw new BenchException($"nothing arrived for {StuckLimit.TotalSeconds:0} s; {target - now} mails are missing");
        }
    }

    private Task WaitUntilAllEndedAsync(CancellationToken cancellationToken) =>
        Until.TrueAsync(
            "every email is at an end state",
            StuckLimit,
            TimeSpan.FromMilliseconds(10),
            async () => await product.Ledger.NotEndedAsync(cancellationToken) == 0,
            cancellationToken
        );
}
