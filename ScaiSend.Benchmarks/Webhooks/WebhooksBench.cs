using System.Diagnostics;
using System.Security.Cryptography;
using ScaiSend.Benchmarks.Load;
using ScaiSend.Benchmarks.Peers;
using ScaiSend.Benchmarks.Pipeline;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Webhooks;

/// <summary>
/// The pipeline at full speed, in turn without a webhook, with one that takes batches, with one that takes events one by one, and with both while they catch up.
/// Two figures: what telling costs the pipeline, when each event is told as it happens; and how fast an endpoint catches up with what it is owed while the pipeline
/// runs, because the pipeline alone makes fewer events than the bar.
/// </summary>
public sealed class WebhooksBench(bool isQuick, string? builtExecutable, TimeProvider time)
{
    private const int MailSize = 4096;

    // Of a mail that is delivered at once: processed and delivered.
    private const int EventsPerMail = 2;
    private const double BatchedBar = 2000;
    private const double SingleBar = 800;
    private const double KeptBar = 0.75;
    private static readonly TimeSpan ToldLimit = TimeSpan.FromMinutes(3);

    // More than is told while the mails of a run are sent.
    private readonly int backlog = isQuick ? 10_000 : 60_000;
    private readonly int count = isQuick ? 1_500 : 10_000;
    private readonly int warmUp = isQuick ? 6_000 : 30_000;
    private readonly int rounds = isQuick ? 1 : 3;

    /// <summary>Runs everything and prints the table and the bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Machine.NeedsRootAnd("smtp-sink");
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("webhooks");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        await LoadWarmUp.RunAsync(cancellationToken);
        await using var sink = await SmtpSink.StartAsync(workspace, cancellationToken);
        await using var receiver = await EventReceiver.StartAsync(cancellationToken);
        var settings = ProductSettings.Fresh("webhooks", servers, workspace, sink.Port, time);
        var key = RandomNumberGenerator.GetBytes(32);
        settings["Secrets:Key"] = Convert.ToBase64String(key);
        settings["Webhooks:AllowPrivateNetworks"] = "true";
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        await product.StartAsync("serve", cancellationToken);
        await product.StartAsync("node --roles worker,smtp", cancellationToken);
        var endpoint = new EndpointRow(servers.ConnectionString(settings.Database), key, time);
        var side = new ProductSide(product, servers, sink, time);

        await WarmUpAsync(side, receiver, endpoint, cancellationToken);
        var runs = Enum.GetValues<Told>().ToDictionary(told => told, _ => new List<WebhookRun>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var told in Enum.GetValues<Told>())
            {
                var run = await RunAsync($"{told} {round}/{rounds}", told, count, side, receiver, endpoint, cancellationToken);
                runs[told].Add(run);
                Progress.Say($"{told} {round}/{rounds}: {run.MailsPerSecond:0} mails/s, {run.EventsPerSecond:0} events/s");
            }
        }
        Print(runs);
        return CloseBars(runs);
    }

    private async Task WarmUpAsync(ProductSide side, EventReceiver receiver, EndpointRow endpoint, CancellationToken cancellationToken)
    {
        foreach (var told in new[] { Told.Nobody, Told.Batches, Told.Singles })
        {
            var run = await RunAsync($"warm-up {told}", told, warmUp / 3, side, receiver, endpoint, cancellationToken);
            Progress.Say($"warm-up {told}: {run.MailsPerSecond:0} mails/s, {run.EventsPerSecond:0} events/s");
        }
    }

    private async Task<WebhookRun> RunAsync(
        string what,
        Told told,
        int mails,
        ProductSide side,
        EventReceiver receiver,
        EndpointRow endpoint,
        CancellationToken cancellationToken
    )
    {
        if (told is Told.BatchesBehind or Told.SinglesBehind)
            return await RunBehindAsync(what, told, mails, side, receiver, endpoint, cancellationToken);
        if (told != Told.Nobody)
            await endpoint.TurnOnAsync(receiver.Url, told == Told.Batches, 0, cancellationToken);
        var (events, posts) = (receiver.Events, receiver.Posts);
        var expected = events + (told == Told.Nobody ? 0 : mails * EventsPerMail);
        var started = Stopwatch.GetTimestamp();
        var last = WhenToldAsync(receiver, expected, started, cancellationToken);
        var run = await side.RunAsync(what, MailSize, mails, null, cancellationToken);
        var untilTold = await last;
        // More than were owed would be told twice, which nothing here explains.
        if (receiver.Events != expected)
            throw new BenchException($"{what}: {receiver.Events - expected} events were told twice");
        await endpoint.TurnOffAsync(cancellationToken);
        return new WebhookRun(run.PerSecond, (expected - events) / untilTold.TotalSeconds, receiver.Posts - posts);
    }

    // Counted from the first request until all is told, or to the last mail's end: what is then still owed is let go.
    private async Task<WebhookRun> RunBehindAsync(
        string what,
        Told told,
        int mails,
        ProductSide side,
        EventReceiver receiver,
        EndpointRow endpoint,
        CancellationToken cancellationToken
    )
    {
        await endpoint.TurnOnAsync(receiver.Url, told == Told.BatchesBehind, backlog, cancellationToken);
        var (events, posts, started) = (receiver.Events, receiver.Posts, Stopwatch.GetTimestamp());
        using var mailsEnded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var last = WhenToldAsync(receiver, events + backlog + (mails * EventsPerMail), started, mailsEnded.Token);
        var run = await side.RunAsync(what, MailSize, mails, null, cancellationToken);
        var duration = last.IsCompletedSuccessfully ? await last : run.Duration;
        await mailsEnded.CancelAsync();
        await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        (events, posts) = (receiver.Events - events, receiver.Posts - posts);
        await endpoint.TurnOffAsync(cancellationToken);
        return new WebhookRun(run.PerSecond, events / duration.TotalSeconds, posts);
    }

    private static async Task<TimeSpan> WhenToldAsync(
        EventReceiver receiver,
        long expected,
        long started,
        CancellationToken cancellationToken
    )
    {
        await Until.TrueAsync(
            $"{expected} events are told",
            ToldLimit,
            TimeSpan.FromMilliseconds(10),
            () => Task.FromResult(receiver.Events >= expected),
            cancellationToken
        );
        return Stopwatch.GetElapsedTime(started);
    }

    private void Print(Dictionary<Told, List<WebhookRun>> runs)
    {
        Console.WriteLine(Machine.Describe(time));
        Console.WriteLine();
        Console.WriteLine($"{count} mails a run, {rounds} runs of each in turn, medians; `serve` beside `node --roles worker,smtp`.");
        Console.WriteLine();
        Console.WriteLine("| events are told | mails/s | kept | events/s | POSTs a run |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (
            var (told, name) in new[]
            {
                (Told.Nobody, "to nobody"),
                (Told.Batches, "in batches, as they happen"),
                (Told.Singles, "one by one, as they happen"),
                (Told.BatchesBehind, "in batches, catching up"),
                (Told.SinglesBehind, "one by one, catching up"),
            }
        )
            Console.WriteLine(
                $"| {name} | {Mails(runs, told):0} | {Kept(runs, told):0.00} | {Events(runs, told):0} | {Figures.Median(runs[told].Select(r => (double)r.Posts)):0} |"
            );
    }

    private static int CloseBars(Dictionary<Told, List<WebhookRun>> runs)
    {
        var bars = new Bars();
        bars.AtLeast("webhooks-batched", Events(runs, Told.BatchesBehind), BatchedBar);
        bars.AtLeast("webhooks-single", Events(runs, Told.SinglesBehind), SingleBar);
        bars.AtLeast("webhooks-kept-batched", Kept(runs, Told.Batches), KeptBar);
        bars.AtLeast("webhooks-kept-single", Kept(runs, Told.Singles), KeptBar);
        return bars.Close();
    }

    private static double Mails(Dictionary<Told, List<WebhookRun>> runs, Told told) =>
        Figures.Median(runs[told].Select(r => r.MailsPerSecond));

    private static double Events(Dictionary<Told, List<WebhookRun>> runs, Told told) =>
        Figures.Median(runs[told].Select(r => r.EventsPerSecond));

    private static double Kept(Dictionary<Told, List<WebhookRun>> runs, Told told) => Mails(runs, told) / Mails(runs, Told.Nobody);

    private enum Told
    {
        Nobody,
        Batches,
        Singles,

        /// <summary>The endpoint is owed many events from before.</summary>
        BatchesBehind,
        SinglesBehind,
    }

    private sealed record WebhookRun(double MailsPerSecond, double EventsPerSecond, long Posts);
}
