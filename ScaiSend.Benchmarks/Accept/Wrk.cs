using System.Globalization;
using System.Text.RegularExpressions;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>One run of <c>wrk</c> with 64 connections that all post the same body.</summary>
public sealed partial class Wrk(Workspace workspace, string key, string body)
{
    private const int Connections = 64;

    /// <summary>Posts to an address for some seconds.</summary>
    public async Task<WrkResult> RunAsync(string name, string address, TimeSpan duration, CancellationToken cancellationToken)
    {
        var script = workspace.PathOf("accept.lua");
        await File.WriteAllTextAsync(script, Script(), cancellationToken);
        string[] arguments = ["-t1", $"-c{Connections}", $"-d{duration.TotalSeconds:0}s", "--timeout", "10s", "-s", script, address];
        var output = await Child.RunAsync($"wrk {name}", workspace.PathOf($"wrk-{name}.log"), "wrk", arguments, cancellationToken);
        var figures = ResultLine().Match(output);
        if (!figures.Success)
            throw new BenchException($"wrk printed no result:{Environment.NewLine}{output}");
        double Figure(string group) => double.Parse(figures.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        return new WrkResult(
            (long)Figure("requests"),
            Figure("requests") / (Figure("microseconds") / 1e6),
            Figure("p50") / 1000,
            Figure("p99") / 1000,
            (long)Figure("not202"),
            (long)Figure("broken")
        );
    }

    // A request is built once. Each thread counts what is not a 202 and leaves the sum to the end.
    private string Script() =>
        $$"""
            local threads = {}
            function setup(thread)
              table.insert(threads, thread)
            end
            function init(args)
              not202 = 0
              prepared = wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer {{key}}" }, [=[{{body}}]=])
            end
            function request()
              return prepared
            end
            function response(status)
              if status ~= 202 then not202 = not202 + 1 end
            end
            function done(summary, latency)
              local bad = 0
              for _, thread in ipairs(threads) do bad = bad + thread:get("not202") end
              local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
              io.write(string.format("RESULT requests=%d microseconds=%d p50=%d p99=%d not202=%d broken=%d\n",
                summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), bad, broken))
            end
            """;

    [GeneratedRegex(
        @"RESULT requests=(?<requests>\d+) microseconds=(?<microseconds>\d+) p50=(?<p50>\d+) p99=(?<p99>\d+) not202=(?<not202>\d+) broken=(?<broken>\d+)"
    )]
    private static partial Regex ResultLine();
}
