using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>The pipeline's figures as Markdown tables, ready for <c>docs/performance.md</c>.</summary>
public static class PipelineReport
{
    public static void Print(IReadOnlyList<ShapeResult> results, TimeProvider time)
    {
        Console.WriteLine($"## Pipeline ({Machine.Describe(time)})");
        PrintRates(results);
        PrintLatencies(results);
        foreach (var result in results)
            PrintCosts(result);
    }

    private static void PrintRates(IReadOnlyList<ShapeResult> results)
    {
        Console.WriteLine();
        Console.WriteLine(
            "| shape | mail | messages | Postfix+OpenDKIM msg/s (runs) | ScaiSend msg/s (runs) | ratio | Postfix CPU µs/msg | ScaiSend CPU µs/msg |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var result in results)
        {
            foreach (var pair in result.Loads)
                PrintRate(result.Shape.Name, pair.Load.Name, pair);
            PrintRate($"{result.Shape.Name}, cold", "4k", result.Cold);
        }
        Console.WriteLine();
        Console.WriteLine(
            "Clock: first request to the last email at its end state, all rows counted afterwards; theirs: first connection to the empty queue. "
                + "CPU is of the whole machine, load generator and sink included. Cold: processes started and ready, no message before."
        );
        WarnAboutOtherPrograms(results);
        foreach (var result in results)
        {
            foreach (var pair in result.Loads)
            {
                var share = pair.IdleCpu / pair.Theirs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Duration);
                Console.WriteLine(
                    $"While Postfix ran {pair.Load.Name}, our idle processes ({result.Shape.Name}) used {share:0.0 %} of one core."
                );
            }
        }
    }

    private static void PrintRate(string shape, string mail, RunsInTurn runs)
    {
        var theirRates = string.Join(" ", runs.Theirs.Select(run => $"{run.PerSecond:0}"));
        var ourRates = string.Join(" ", runs.Ours.Select(run => $"{run.PerSecond:0}"));
        var theirCpu = Figures.Median(runs.Theirs.Select(run => run.CpuMicroseconds));
        var ourCpu = Figures.Median(runs.Ours.Select(run => run.Cpu.WholeMachine.TotalMicroseconds / run.Count));
        Console.WriteLine(
            $"| {shape} | {mail} | {runs.Ours[0].Count} | **{runs.TheirRate:0}** ({theirRates}) | **{runs.OurRate:0}** ({ourRates}) "
                + $"| **{runs.Ratio:0.00}** | {theirCpu:0} | {ourCpu:0} |"
        );
    }

    private static void WarnAboutOtherPrograms(IReadOnlyList<ShapeResult> results)
    {
        const double Tolerated = 0.15;
        var worst = results
            .SelectMany(result => result.Loads.SelectMany(pair => pair.Ours).Concat(result.Cold.Ours))
            .Max(run => run.Cpu.Rest / run.Cpu.WholeMachine);
        if (worst > Tolerated)
            Console.WriteLine(
                $"WARNING: up to {worst:0 %} of the machine's work was not this run's: something else is running, do not trust the figures."
            );
    }

    private static void PrintLatencies(IReadOnlyList<ShapeResult> results)
    {
        Console.WriteLine();
        Console.WriteLine("| shape | mail | half load msg/s | 202 after p50 / p99 ms | accepted to delivered p50 / p99 ms |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var result in results)
        {
            foreach (var pair in result.Loads)
            {
                var half = pair.HalfLoad;
                Console.WriteLine(
                    $"| {result.Shape.Name} | {pair.Load.Name} | {pair.OurRate / 2:0} "
                        + $"| {Figures.Percentile(half.Load.AnswerMilliseconds, 0.5):0.0} / {Figures.Percentile(half.Load.AnswerMilliseconds, 0.99):0.0} "
                        + $"| {Figures.Percentile(half.Latencies, 0.5):0} / {Figures.Percentile(half.Latencies, 0.99):0} |"
                );
            }
        }
    }

    private static void PrintCosts(ShapeResult result)
    {
        var names = result.Cold.Ours[0].Cpu.ByProcess.Keys.ToArray();
        Console.WriteLine();
        Console.WriteLine($"| {result.Shape.Name}: CPU µs/msg | {string.Join(" | ", names)} | rest of the machine |");
        Console.WriteLine("|---|---|" + string.Concat(names.Select(_ => "---|")));
        Console.WriteLine($"| cold 4k | {Costs(names, result.Cold.Ours)} |");
        foreach (var pair in result.Loads)
        {
            Console.WriteLine($"| {pair.Load.Name} | {Costs(names, pair.Ours)} |");
            Console.WriteLine($"| {pair.Load.Name}, half load | {Costs(names, [pair.HalfLoad])} |");
        }
        if (result.PeakMemory.Count > 0)
            Console.WriteLine($"| peak RSS, MB | {string.Join(" | ", names.Select(name => $"{result.PeakMemory[name] / 1e6:0}"))} | |");
    }

    private static string Costs(IEnumerable<string> names, IReadOnlyList<ProductRun> runs) =>
        string.Join(
            " | ",
            names
                .Select(name => Figures.Median(runs.Select(run => run.Cpu.ByProcess.GetValueOrDefault(name).TotalMicroseconds / run.Count)))
                .Append(Figures.Median(runs.Select(run => run.Cpu.Rest.TotalMicroseconds / run.Count)))
                .Select(cost => $"{cost:0}")
        );
}
