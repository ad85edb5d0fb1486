using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Search;

/// <summary>Somebody of support looks for messages in the console among all there are: each kind of search alone, then eight people at once. The clock runs from the request to the page's last byte.</summary>
public sealed partial class SearchBench(bool isQuick, string? builtExecutable, TimeProvider time)
{
    private const double Bar = 300;
    private const int Calls = 20;
    private const int People = 8;
    private static readonly TimeSpan TogetherFor = TimeSpan.FromSeconds(20);

    private int Messages => isQuick ? 200_000 : 10_000_000;

    /// <summary>Runs everything and prints the table and the bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("search");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        var settings = ProductSettings.Fresh("search", servers, workspace, Ports.Free(), time);
        var key = $"sg_admin_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        settings["Admin:Keys:bench"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        await using var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        var made = new MadeMessages(servers.ConnectionString(settings.Database), Messages, time);
        var started = Stopwatch.GetTimestamp();
        await made.MakeAsync(cancellationToken);
        Progress.Say($"made in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        await product.StartAsync("serve", cancellationToken);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{product.Http}/console/"),
        };
        await SignInAsync(http, key, cancellationToken);
        var cases = new SearchCases(made, Messages).All;
        var alone = new List<(string Name, double[] Times)>();
        foreach (var (name, make) in cases)
            alone.Add((name, await TimeAsync(http, make, cancellationToken)));
        var together = await TogetherAsync(http, [.. cases.Select(c => c.Make)], cancellationToken);

        Print(alone, together);
        var bars = new Bars();
        bars.AtMost("search-max-ms", alone.Max(c => c.Times.Max()), Bar);
        return bars.Close();
    }

    private static async Task SignInAsync(HttpClient http, string key, CancellationToken cancellationToken)
    {
        await PostAsync(http, "sign-in/operator", [new("key", key)], cancellationToken);
        var token = Token().Match(await http.GetStringAsync("tenant", cancellationToken)).Groups[1].Value;
        await PostAsync(
            http,
            "tenant",
            [new("form_token", token), new("tenant", MadeMessages.Large), new("reason", "bench search")],
            cancellationToken
        );
    }

    private static async Task PostAsync(
        HttpClient http,
        string page,
        IEnumerable<KeyValuePair<string, string>> fields,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, page) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.SeeOther)
            throw new BenchException(
                $"{page} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}"
            );
    }

    private static async Task<double[]> TimeAsync(HttpClient http, Func<Random, Search> make, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        // The first call of a process compiles its way, which is not asked for here.
        await AskAsync(http, make(random), cancellationToken);
        var times = new double[Calls];
        for (var i = 0; i < Calls; i++)
            times[i] = await AskAsync(http, make(random), cancellationToken);
        return times;
    }

    private static async Task<IReadOnlyCollection<double>> TogetherAsync(
        HttpClient http,
        Func<Random, Search>[] makes,
        CancellationToken cancellationToken
    )
    {
        var times = new ConcurrentBag<double>();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, People)
                .Select(async person =>
                {
                    var random = new Random(person);
                    while (Stopwatch.GetElapsedTime(began) < TogetherFor)
                        times.Add(await AskAsync(http, makes[random.Next(makes.Length)](random), cancellationToken));
                })
        );
        return times;
    }

    /// <returns>How long it took, in milliseconds.</returns>
    private static async Task<double> AskAsync(HttpClient http, Search search, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(search.Page, cancellationToken);
        var page = await answer.Content.ReadAsStringAsync(cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var said = answer.Headers.Location?.ToString() ?? WebUtility.HtmlDecode(page);
        return said.Contains(search.Expected, StringComparison.Ordinal)
            ? took
            : throw new BenchException($"{search.Page} answered {(int)answer.StatusCode} without “{search.Expected}”");
    }

    private void Print(IReadOnlyList<(string Name, double[] Times)> alone, IReadOnlyCollection<double> together)
    {
        Console.WriteLine(Machine.Describe(time));
        Console.WriteLine();
        Console.WriteLine($"{Messages} messages, nine of ten of one tenant, the others of {MadeMessages.OtherTenants}");
        Console.WriteLine();
        Console.WriteLine("| looked for | p50 ms | max ms |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, times) in alone)
            Console.WriteLine($"| {name} | {Figures.Median(times):0.0} | {times.Max():0.0} |");
        Console.WriteLine();
        Console.WriteLine(
            $"{People} people at once, all kinds mixed: {together.Count / TogetherFor.TotalSeconds:0} pages/s,"
                + $" p50 {Figures.Median(together):0.0} ms, p99 {Figures.Percentile(together, 0.99):0.0} ms"
        );
    }

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
