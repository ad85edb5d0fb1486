using System.Text.Json;

namespace ScaiSend.Platform.Stats;

/// <summary>A number for each <see cref="Metric"/>.</summary>
public sealed class MetricCounts
{
    /// <summary>All metrics, in the order of <see cref="Columns"/>.</summary>
    public static IReadOnlyList<Metric> All { get; } = Enum.GetValues<Metric>();

    /// <summary>Their columns, which are also their names outside.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [.. All.Select(metric => JsonNamingPolicy.SnakeCaseLower.ConvertName(metric.ToString()))];

    private readonly long[] _numbers = new long[All.Count];

    public long this[Metric metric]
    {
        get => _numbers[(int)metric];
        set => _numbers[(int)metric] = value;
    }

    /// <summary>Such as <c>unique_opens</c>.</summary>
    public static string Name(Metric metric) => Columns[(int)metric];

    public void Add(MetricCounts others)
    {
        for (var i = 0; i < _numbers.Length; i++)
            _numbers[i] += others._numbers[i];
    }

    /// <summary>One more of each.</summary>
    public void CountUp(IReadOnlyList<Metric> metrics)
    {
        for (var i = 0; i < metrics.Count; i++)
            _numbers[(int)metrics[i]]++;
    }
}
