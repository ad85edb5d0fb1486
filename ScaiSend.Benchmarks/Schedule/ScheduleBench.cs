using ScaiSend.Benchmarks.Peers;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Schedule;

/// <summary>
/// One tenant's scheduled mails all fall due in the same second; another tenant sends single mails meanwhile. What the others feel of it is the
/// figure: their time from acceptance to delivered, during the drain and alone before.
/// </summary>
public sealed class ScheduleBench(bool isQuick, string? builtExecutable, TimeProvider time)
{
    private const double OthersBar = 2000;
    private static readonly TimeSpan SingleEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(4);

    // The door must have taken all of it before the first is due.
    private TimeSpan Ahead => TimeSpan.FromSeconds(isQuick ? 15 : 45);
    private int Count => isQuick ? 10_000 : 100_000;

    /// <summary>Runs everything and prints the table and the bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Machine.NeedsRootAnd("smtp-sink");
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("schedule");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        await using var sink = await SmtpSink.StartAsync(workspace, cancellationToken);
        var settings = ProductSettings.Fresh("schedule", servers, workspace, sink.Port, time);
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        await product.StartAsync("serve", cancellationToken);
        await product.StartAsync("node --roles worker,smtp", cancellationToken);
        var tenants = new TwoTenants(servers.ConnectionString(settings.Database), time);
        using var mass = new Sender(product.Http, product.LiveKey);
        using var other = new Sender(product.Http, await tenants.AddOtherAsync(cancellationToken));

        // The first seconds of new processes are not what is asked for here.
        await other.SendSteadilyAsync(SingleEvery, () => Task.Delay(Alone / 3, cancellationToken), cancellationToken);
        var aloneSince = time.GetUtcNow();
        await other.SendSteadilyAsync(SingleEvery, () => Task.Delay(Alone, cancellationToken), cancellationToken);
        await WaitForSinglesAsync(tenants, cancellationToken);
        var alone = await tenants.LatenciesAsync(aloneSince, cancellationToken);

        var due = await ScheduleAsync(mass, cancellationToken);
        await other.SendSteadilyAsync(SingleEvery, () => DrainAsync(product, tenants, cancellationToken), cancellationToken);
        await WaitForSinglesAsync(tenants, cancellationToken);

        var drained = await tenants.DrainSecondsAsync(due, cancellationToken);
        Print(alone, await tenants.LatenciesAsync(due, cancellationToken), drained);
        var bars = new Bars();
        bars.AtMost("schedule-lost", mass.Accepted + other.Accepted - await tenants.DeliveredAsync(cancellationToken), 0);
        bars.AtMost("schedule-others-p99", Figures.Percentile(await tenants.LatenciesAsync(due, cancellationToken), 0.99), OthersBar);
        return bars.Close();
    }

    private async Task<DateTimeOffset> ScheduleAsync(Sender mass, CancellationToken cancellationToken)
    {
        var due = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Ahead).ToUnixTimeSeconds());
        await Progress.WhileAsync(
            mass.ScheduleAsync(Count, due, cancellationToken),
            () => $"{mass.Accepted} of {Count} scheduled, due in {(due - time.GetUtcNow()).TotalSeconds:0} s"
        );
        var spare = due - time.GetUtcNow();
        if (spare < TimeSpan.Zero)
            throw new BenchException($"the door took {(Ahead - spare).TotalSeconds:0} s for {Count} mails, and the first were due before");
        Progress.Say($"{Count} scheduled in {(Ahead - spare).TotalSeconds:0} s; waiting for their second");
        await Task.Delay(spare, cancellationToken);
        return due;
    }

    private static async Task DrainAsync(RunningProduct product, TwoTenants tenants, CancellationToken cancellationToken)
    {
        var left = -1L;
        await Progress.WhileAsync(
            Until.TrueAsync(
                "all of the mass is at its end",
                DrainLimit,
                TimeSpan.FromSeconds(1),
                async () =>
                {
                    product.FailIfARoleExited();
                    return (left = await tenants.MassLeftAsync(cancellationToken)) == 0;
                },
                cancellationToken
            ),
            () => $"{left} left"
        );
    }

    private static Task WaitForSinglesAsync(TwoTenants tenants, CancellationToken cancellationToken) =>
        Until.TrueAsync(
            "all single mails are at their end",
            DrainLimit,
            TimeSpan.FromMilliseconds(50),
            async () => await tenants.SinglesLeftAsync(cancellationToken) == 0,
            cancellationToken
        );

    private void Print(IReadOnlyList<double> alone, IReadOnlyList<double> meanwhile, double drainSeconds)
    {
        Console.WriteLine(Machine.Describe(time));
        Console.WriteLine();
        Console.WriteLine($"{Count} mails due in one second were delivered in {drainSeconds:0.0} s ({Count / drainSeconds:0}/s)");
        Console.WriteLine();
        Console.WriteLine("| another tenant's single mails | count | p50 ms | p99 ms | max ms |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, values) in new[] { ("alone", alone), ("during the drain", meanwhile) })
            Console.WriteLine(
                $"| {name} | {values.Count} | {Figures.Median(values):0} | {Figures.Percentile(values, 0.99):0} | {values.Max():0} |"
            );
    }
}
