using ScaiSend.Benchmarks.Peers;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>All runs of one shape.</summary>
/// <param name="Cold">The first messages of fresh processes, 4 KB, beside the other side's.</param>
/// <param name="PeakMemory">Of each process since its start, in bytes.</param>
public sealed record ShapeResult(
    PipelineShape Shape,
    RunsInTurn Cold,
    IReadOnlyList<LoadResultPair> Loads,
    IReadOnlyDictionary<string, long> PeakMemory
);

/// <summary>Both sides' runs, in turn.</summary>
public record RunsInTurn(IReadOnlyList<PeerRun> Theirs, IReadOnlyList<ProductRun> Ours)
{
    public double TheirRate => Support.Figures.Median(Theirs.Select(run => run.PerSecond));

    public double OurRate => Support.Figures.Median(Ours.Select(run => run.PerSecond));

    /// <summary>How many times as fast as they we are.</summary>
    public double Ratio => OurRate / TheirRate;
}

/// <summary>Both sides of one size, run in turn.</summary>
/// <param name="HalfLoad">Ours at half of its own measured rate.</param>
/// <param name="IdleCpu">What our idle processes took from the other side's runs.</param>
public sealed record LoadResultPair(
    PipelineLoad Load,
    IReadOnlyList<PeerRun> Theirs,
    IReadOnlyList<ProductRun> Ours,
    ProductRun HalfLoad,
    TimeSpan IdleCpu
) : RunsInTurn(Theirs, Ours);
