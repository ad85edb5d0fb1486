namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>What a pipeline run does: shapes, sizes, counts and rounds.</summary>
public sealed record PipelinePlan(
    IReadOnlyList<PipelineShape> Shapes,
    IReadOnlyList<PipelineLoad> Loads,
    int ColdCount,
    int ColdRounds,
    int WarmUpCount,
    int Rounds,
    TimeSpan HalfLoadTime
)
{
    private static readonly PipelineShape Three = new("three", ["serve", "worker", "smtp"]);
    private static readonly PipelineShape Node = new("node", ["serve", "node --roles worker,smtp"]);

    /// <summary>The plan for the command line's options.</summary>
    public static PipelinePlan For(bool isQuick, bool isColdOnly, string shapes, string? onlySize)
    {
        var scale = isQuick ? 10 : 1;
        PipelineLoad[] loads = [new("4k", 4096, 10_000 / scale), new("40k", 40_960, 3_000 / scale)];
        return new PipelinePlan(
            shapes switch
            {
                "three" => [Three],
                "node" => [Node],
                _ => [Three, Node],
            },
            isColdOnly ? [] : [.. loads.Where(load => onlySize is null || load.Name == onlySize)],
            3_000 / scale,
            isQuick || (onlySize is not null && !isColdOnly) ? 1 : 3,
            25_000 / scale,
            isQuick ? 1 : 3,
            TimeSpan.FromSeconds(isQuick ? 3 : 20)
        );
    }

    /// <summary>The bar for a shape and size: how many times Postfix with OpenDKIM.</summary>
    public static double Bar(PipelineShape shape, PipelineLoad load) =>
        (shape.Name, load.Name) switch
        {
            ("three", "4k") => 2.5,
            ("three", "40k") => 1.6,
            ("node", "4k") => 3.3,
            ("node", "40k") => 2.2,
            _ => throw new ArgumentOutOfRangeException(nameof(load)),
        };

    /// <summary>The bar for the first messages of fresh processes, three processes, 4 KB.</summary>
    public const double ColdBar = 1.2;
}
