using System.Globalization;
using System.Net;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Schedule;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pacing;

/// <summary>
/// Single mails to one domain, of two tenants, while the first sends a mass of mail to another domain: one that takes it at once, one that takes
/// 30 seconds for each, and a larger mass. What the single mails feel of it is the figure: their time from 202 to receipt.
/// </summary>
public sealed class PacingBench(bool isQuick, string? only, string? builtExecutable, TimeProvider time)
{
    private const double TimesFast = 2;
    private const double OtherTenantBar = 1000;
    private static readonly TimeSpan TarpitTakes = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(10);

    // So long at least, so that a percentile means something and the tarpit's mail comes back while it is looked at.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    private readonly List<Measured> rows = [];

    private string BlastRow => $"{Blast} of the first tenant";
    private string FastRow => $"{Mass} to a fast domain";
    private string TarpitRow => $"{Mass} to a tarpit";
    private int Mass => isQuick ? 2_000 : 20_000;
    private int Blast => isQuick ? 10_000 : 100_000;

    /// <summary>Runs everything and prints the table and the bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("pacing");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        var port = Ports.Free();
        await using var tarpit = new MailHost(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port), TarpitTakes);
        await using var fast = new MailHost(new IPEndPoint(IPAddress.Parse("127.0.0.3"), port), TimeSpan.Zero);
        await using var probed = new MailHost(new IPEndPoint(IPAddress.Parse("127.0.0.4"), port), TimeSpan.Zero);
        await using var dns = new MailDns(
            new Dictionary<string, IPAddress>
            {
                ["tarpit.test"] = IPAddress.Parse("127.0.0.2"),
                ["fast.test"] = IPAddress.Parse("127.0.0.3"),
                ["probe.test"] = IPAddress.Parse("127.0.0.4"),
            }
        );
        var settings = ProductSettings.Fresh("pacing", servers, workspace, port, time);
        settings["Delivery:Smarthost"] = "";
        settings["Delivery:Dns"] = dns.Address;
        settings["Delivery:MxPort"] = port.ToString(CultureInfo.InvariantCulture);
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        await product.StartAsync("serve", cancellationToken);
        await product.StartAsync("node --roles worker,smtp", cancellationToken);
        using var sender = new Sender(product.Http, product.LiveKey);
        using var other = new Sender(
            product.Http,
            await new TwoTenants(servers.ConnectionString(settings.Database), time).AddOtherAsync(cancellationToken)
        );
        var probes = (Same: new Probes(sender, "same", probed), Other: new Probes(other, "other", probed));

        await MeasureAsync("alone", probes, Task.Delay(WarmUp, cancellationToken), cancellationToken);
        rows.Clear();
        await MeasureAsync("alone", probes, Task.Delay(WarmUp * 2, cancellationToken), cancellationToken);
        if (only != "tarpit")
            await MeasureAsync(BlastRow, probes, MassAsync(sender, Blast, "fast.test", fast, cancellationToken), cancellationToken);
        if (only != "blast")
        {
            await MeasureAsync(
                FastRow,
                probes,
                AtLeastAsync(MassAsync(sender, Mass, "fast.test", fast, cancellationToken), cancellationToken),
                cancellationToken
            );
            await MeasureAsync(
                TarpitRow,
                probes,
                AtLeastAsync(sender.SendMassAsync(Mass, "tarpit.test", cancellationToken), cancellationToken),
                cancellationToken
            );
        }
        product.FailIfARoleExited();
        return Print(tarpit.Taken);
    }

    private async Task MeasureAsync(string name, (Probes Same, Probes Other) probes, Task running, CancellationToken cancellationToken)
    {
        Progress.Say(name);
        var same = probes.Same.WhileAsync(running, cancellationToken);
        var other = probes.Other.WhileAsync(running, cancellationToken);
        rows.Add(new Measured(name, await same, await other));
    }

    private static async Task MassAsync(Sender sender, int count, string domain, MailHost host, CancellationToken cancellationToken)
    {
        var before = host.Taken;
        await sender.SendMassAsync(count, domain, cancellationToken);
        await Until.TrueAsync("the mass has arrived", DrainLimit, () => host.Taken - before >= count, cancellationToken);
    }

    private static Task AtLeastAsync(Task work, CancellationToken cancellationToken) =>
        Task.WhenAll(work, Task.Delay(Least, cancellationToken));

    private int Print(int takenByTarpit)
    {
        Console.WriteLine(Machine.Describe(time));
        Console.WriteLine();
        Console.WriteLine("| single mails during | whose | count | p50 ms | p99 ms | max ms | worst at s |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, same, others) in rows)
        foreach (var (whose, values) in new[] { ("the same tenant", same), ("another tenant", others) })
            Console.WriteLine(
                $"| {name} | {whose} | {values.Count} | {Figures.Median(values):0} | {P99(values):0} | {values.Max():0} | {Worst(values):0} |"
            );
        Console.WriteLine();
        var bars = new Bars();
        if (Row(BlastRow) is { } blast)
            bars.AtMost("pacing-blast-other-p99", P99(blast.Other), OtherTenantBar);
        if (Row(FastRow) is { } fast && Row(TarpitRow) is { } tarpit)
        {
            Console.WriteLine($"The tarpit took {takenByTarpit} mails meanwhile.");
            bars.AtMost("pacing-tarpit-same-tenant", P99(tarpit.Same) / P99(fast.Same), TimesFast);
            bars.AtMost("pacing-tarpit-other-tenant", P99(tarpit.Other) / P99(fast.Other), TimesFast);
        }
        return bars.Close();
    }

    private Measured? Row(string name) => rows.Find(row => row.Name == name);

    // They are sent at a steady pace, so the place tells the time.
    private static double Worst(IReadOnlyList<double> values) =>
        values.Index().MaxBy(value => value.Item).Index * Probes.Every.TotalSeconds;

    private static double P99(IReadOnlyList<double> values) => Figures.Percentile(values, 0.99);

    private sealed record Measured(string Name, IReadOnlyList<double> Same, IReadOnlyList<double> Other);
}
