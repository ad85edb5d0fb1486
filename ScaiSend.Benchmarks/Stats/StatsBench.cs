using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Stats;

/// <summary>Many events that nobody has counted are there when a worker starts. The figures are how fast it counts, and how long each call takes then.</summary>
public sealed class StatsBench(bool isQuick, string? builtExecutable, TimeProvider time)
{
    private const double CallBar = 200;
    private const int Calls = 20;
    private static readonly TimeSpan RollUpLimit = TimeSpan.FromMinutes(20);

    private int Events => isQuick ? 200_000 : 10_000_000;

    /// <summary>Runs everything and prints the table and the bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("stats");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        var settings = ProductSettings.Fresh("stats", servers, workspace, Ports.Free(), time);
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        var made = new MadeEvents(servers.ConnectionString(settings.Database), time);
        await made.MakeAsync(Events, cancellationToken);

        var started = Stopwatch.GetTimestamp();
        await product.StartAsync("worker", cancellationToken);
        await WaitUntilCountedAsync(product, made, cancellationToken);
        var rollUp = Stopwatch.GetElapsedTime(started);
        await product.StartAsync("serve", cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{product.Http}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", product.LiveKey);
        var calls = new List<(string Path, double[] Times)>();
        foreach (var path in Paths())
            calls.Add((path, await TimeAsync(http, path, cancellationToken)));
        var rebuild = Stopwatch.GetTimestamp();
        await AskAsync(http, HttpMethod.Post, "/v3/stats/rebuild", cancellationToken);

        Print(rollUp, calls, Stopwatch.GetElapsedTime(rebuild));
        var bars = new Bars();
        bars.AtMost("stats-call-max-ms", calls.Max(call => call.Times.Max()), CallBar);
        return bars.Close();
    }

    private IEnumerable<string> Paths()
    {
        var start = time.GetUtcNow().AddDays(-90).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var categories = string.Concat(Enumerable.Range(0, 10).Select(i => $"&categories=category-{i}"));
        yield return $"/v3/stats?start_date={start}";
        yield return $"/v3/stats?start_date={start}&aggregated_by=month";
        yield return $"/v3/stats/categories?start_date={start}";
        yield return $"/v3/stats/summary?start_date={start}";
        yield return $"/v3/stats/sum?start_date={start}";
        yield return "/v3/stats/sum?start_date=today";
        yield return "/v3/categories?limit=500";
        yield return $"/sendgrid/v3/categories/stats?start_date={start}{categories}";
        yield return $"/sendgrid/v3/categories/stats/sums?start_date={start}&limit=500";
        foreach (var segment in (string[])["mailbox_providers", "browsers", "clients", "clients/phone", "devices", "geo"])
            yield return $"/sendgrid/v3/{segment}/stats?start_date={start}";
    }

    private Task WaitUntilCountedAsync(RunningProduct product, MadeEvents made, CancellationToken cancellationToken)
    {
        var counted = 0L;
        return Progress.WhileAsync(
            Until.TrueAsync(
                "all events are counted",
                RollUpLimit,
                TimeSpan.FromMilliseconds(100),
                async () =>
                {
                    product.FailIfARoleExited();
                    return (counted = await made.CountedAsync(cancellationToken)) >= Events;
                },
                cancellationToken
            ),
            () => $"{counted} of {Events} counted"
        );
    }

    private static async Task<double[]> TimeAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        // The first call of a process compiles its way, which is not asked for here.
        await AskAsync(http, HttpMethod.Get, path, cancellationToken);
        var times = new double[Calls];
        for (var i = 0; i < Calls; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await AskAsync(http, HttpMethod.Get, path, cancellationToken);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        return times;
    }

    private static async Task AskAsync(HttpClient http, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await http.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"{path} answered {(int)answer.StatusCode}: {body}");
    }

    private void Print(TimeSpan rollUp, IReadOnlyList<(string Path, double[] Times)> calls, TimeSpan rebuild)
    {
        Console.WriteLine(Machine.Describe(time));
        Console.WriteLine();
        Console.WriteLine(
            $"{Events} events rolled up in {rollUp.TotalSeconds:0.0} s, the worker's start included ({Events / rollUp.TotalSeconds:0}/s)"
        );
        Console.WriteLine($"30 days rebuilt in {rebuild.TotalSeconds:0.0} s");
        Console.WriteLine();
        Console.WriteLine("| call | p50 ms | max ms |");
        Console.WriteLine("|---|---|---|");
        foreach (var (path, times) in calls)
            Console.WriteLine($"| `{path.Split('&')[0]}` | {Figures.Median(times):0.0} | {times.Max():0.0} |");
    }
}
