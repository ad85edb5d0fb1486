using ScaiSend.Benchmarks.Load;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>
/// How fast the door is: <c>wrk</c> against <c>scaisend serve</c> alone, in turn with a bare endpoint that parses the same body and
/// commits the same rows on the same database server.
/// </summary>
public sealed class AcceptBench(bool isQuick, string? builtExecutable, TimeProvider time)
{
    private const double Bar = 0.5;
    private const int Rounds = 3;

    // Text and html of this size make a request body of about 2 KB.
    private const int MailSize = 2_350;
    private readonly TimeSpan duration = TimeSpan.FromSeconds(isQuick ? 3 : 15);

    /// <summary>Runs both sides and prints table and bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Machine.Needs("wrk");
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("accept");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);

        // Nobody takes mail in this run; the address is only there to be set.
        var settings = ProductSettings.Fresh("accept", servers, workspace, Ports.Free(), time);
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        await product.StartAsync("serve", cancellationToken);
        await using var ceiling = await BareProcess.StartAsync(workspace, executable, servers, time, cancellationToken);

        var body = MailSendRequest.Json("u@b.test", MailSize);
        var wrk = new Wrk(workspace, product.LiveKey, body);
        var product202 = new List<WrkResult>();
        var bare202 = new List<WrkResult>();
        for (var round = 0; round <= Rounds; round++)
        {
            var bare = await wrk.RunAsync("bare", $"http://127.0.0.1:{ceiling.Port}/v3/mail/send", duration, cancellationToken);
            var ours = await wrk.RunAsync("serve", $"http://{product.Http}/v3/mail/send", duration, cancellationToken);
            var what = round == 0 ? "warm-up" : $"{round}/{Rounds}";
            Progress.Say($"accept {what}: bare {bare.PerSecond:0}/s, serve {ours.PerSecond:0}/s, {ours.PerSecond / bare.PerSecond:0.00}");
            product202.Add(ours);
            bare202.Add(bare);
        }

        var stored = (await product.Ledger.TotalsAsync(new byte[16], cancellationToken)).Emails;
        Print(body.Length, bare202, product202, stored);
        return CloseBars(bare202, product202, stored);
    }

    private void Print(int bodyLength, List<WrkResult> bare, List<WrkResult> ours, long stored)
    {
        Console.WriteLine($"## Acceptance ({Machine.Describe(time)})");
        Console.WriteLine();
        Console.WriteLine(
            $"wrk, 64 connections, body {bodyLength} bytes, {Rounds} runs of {duration.TotalSeconds:0} s each in turn after a warm-up run; medians."
        );
        Console.WriteLine();
        Console.WriteLine("| | requests/s (runs) | p50 ms | p99 ms | not 202 | broken |");
        Console.WriteLine("|---|---|---|---|---|---|");
        PrintRow("bare endpoint, same rows, grouped commit", bare);
        PrintRow("scaisend serve", ours);
        Console.WriteLine();
        Console.WriteLine($"{ours.Sum(run => run.Requests)} answers by serve, {stored} emails in the database.");
    }

    private static void PrintRow(string name, List<WrkResult> runs)
    {
        var measured = runs.Skip(1).ToArray();
        Console.WriteLine(
            $"| {name} | **{Rate(runs):0}** ({string.Join(" ", measured.Select(run => $"{run.PerSecond:0}"))}) "
                + $"| {Figures.Median(measured.Select(run => run.P50Milliseconds)):0.0} | {Figures.Median(measured.Select(run => run.P99Milliseconds)):0.0} "
                + $"| {runs.Sum(run => run.Not202)} | {runs.Sum(run => run.Broken)} |"
        );
    }

    private static int CloseBars(List<WrkResult> bare, List<WrkResult> ours, long stored)
    {
        var bars = new Bars();
        bars.AtLeast("accept", Rate(ours) / Rate(bare), Bar);
        // An endpoint that fails is no ceiling.
        bars.AtMost("accept-bare-not-202", bare.Sum(run => run.Not202 + run.Broken), 0);
        bars.AtMost("accept-not-202", ours.Sum(run => run.Not202 + run.Broken), 0);
        // wrk cuts its connections at the end of a run, so more may be stored than were answered, never fewer.
        bars.AtMost("accept-not-stored", Math.Max(0, ours.Sum(run => run.Requests) - stored), 0);
        return bars.Close();
    }

    private static double Rate(List<WrkResult> runs) => Figures.Median(runs.Skip(1).Select(run => run.PerSecond));
}
