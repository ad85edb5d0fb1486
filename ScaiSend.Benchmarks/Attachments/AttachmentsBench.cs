using System.Diagnostics;
using System.Net.Http.Headers;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Attachments;

/// <summary>
/// Fifty requests at once, each as large as a request may be and with random bytes of its own, through three processes to a mail server that
/// writes what it takes to disk: the most memory that each role ever had, and every attachment compared with what was sent.
/// </summary>
public sealed class AttachmentsBench(bool isQuick, string? builtExecutable, TimeProvider time)
{
    private const double MostMegabytes = 400;
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromMinutes(10);
    private static readonly string[] Roles = ["serve", "worker", "smtp"];
    private readonly int count = isQuick ? 5 : 50;

    /// <summary>Runs it and prints table and bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("attachments");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        await using var receiver = new SpoolingReceiver(workspace.MakeFolder("received"));
        var settings = ProductSettings.Fresh("attachments", servers, workspace, receiver.Port, time);
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        foreach (var role in Roles)
            await product.StartAsync(role, cancellationToken);
        var idle = Roles.Select(role => Megabytes(product.Roles[role].Id)).ToList();

        Progress.Say($"{count} requests of {LargeRequest.BodySize:N0} bytes at once");
        var started = Stopwatch.GetTimestamp();
        var sending = Enumerable.Range(0, count).Select(i => SendAsync(product, i, cancellationToken)).ToList();
        var all = Task.WhenAll(sending);
        await Progress.WhileAsync(all, () => $"{sending.Count(s => s.IsCompleted)} accepted, {receiver.Files.Count} received");
        var accepted = Stopwatch.GetElapsedTime(started);
        var hashes = all.Result.OfType<string>().ToHashSet();
        await Until.TrueAsync(
            "every email has ended",
            DeliveryLimit,
            TimeSpan.FromSeconds(1),
            async () =>
            {
                product.FailIfARoleExited();
                return await product.Ledger.NotEndedAsync(cancellationToken) == 0;
            },
            cancellationToken
        );
        var delivered = Stopwatch.GetElapsedTime(started);
        var peaks = Roles.Select(role => Megabytes(product.Roles[role].Id)).ToList();

        var received = new List<string>();
        foreach (var file in receiver.Files)
            received.Add(await ReceivedMail.HashOfAttachmentAsync(file, cancellationToken));
        Print(idle, peaks, accepted, delivered, hashes.Count, received.Count);
        return Close(peaks, hashes, received);
    }

    // The hash of what was sent, or null when it was not accepted.
    private static async Task<string?> SendAsync(RunningProduct product, int number, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{product.Http}"), Timeout = DeliveryLimit };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", product.LiveKey);
        using var content = new LargeRequest(number);
        using var answer = await client.PostAsync(new Uri("/v3/mail/send", UriKind.Relative), content, cancellationToken);
        if (answer.StatusCode == System.Net.HttpStatusCode.Accepted)
            return content.AttachmentHash;
        Progress.Say($"request {number}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return null;
    }

    private void Print(List<double> idle, List<double> peaks, TimeSpan accepted, TimeSpan delivered, int acceptedCount, int receivedCount)
    {
        Console.WriteLine($"## Attachments ({Machine.Describe(time)})");
        Console.WriteLine();
        Console.WriteLine(
            $"{count} requests of {LargeRequest.BodySize:N0} bytes at once: {acceptedCount} accepted after {accepted.TotalSeconds:0.0} s, {receivedCount} received after {delivered.TotalSeconds:0.0} s."
        );
        Console.WriteLine();
        Console.WriteLine("| | peak RSS when ready, MB | peak RSS at the end, MB |");
        Console.WriteLine("|---|---|---|");
        for (var i = 0; i < Roles.Length; i++)
            Console.WriteLine($"| {Roles[i]} | {idle[i]:0} | **{peaks[i]:0}** |");
    }

    private int Close(List<double> peaks, HashSet<string> sent, List<string> received)
    {
        var bars = new Bars();
        for (var i = 0; i < Roles.Length; i++)
            bars.AtMost($"attachments-{Roles[i]}-mb", peaks[i], MostMegabytes);
        bars.AtLeast("attachments-accepted", sent.Count, count);
        bars.AtLeast("attachments-identical", received.Distinct().Count(sent.Contains), count);
        bars.AtMost("attachments-changed", received.Count(hash => !sent.Contains(hash)), 0);
        return bars.Close();
    }

    private static double Megabytes(int processId) => ProcessCost.PeakMemory(processId) / 1024.0 / 1024.0;
}
