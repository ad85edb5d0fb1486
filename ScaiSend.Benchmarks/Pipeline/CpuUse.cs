using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>Processor time between two moments, by process, and of the whole machine.</summary>
public sealed record CpuUse(IReadOnlyDictionary<string, TimeSpan> ByProcess, TimeSpan WholeMachine)
{
    /// <summary>Of the whole machine, what none of the processes used: the kernel, and programs that disturb the run.</summary>
    public TimeSpan Rest => WholeMachine - ByProcess.Values.Aggregate(TimeSpan.Zero, (sum, used) => sum + used);

    /// <summary>What they have used so far.</summary>
    public static CpuUse Now(IEnumerable<KeyValuePair<string, int>> processes) =>
        new(processes.ToDictionary(p => p.Key, p => ProcessCost.Cpu(p.Value)), ProcessCost.BusyCpu());

    /// <summary>What they have used since an earlier look.</summary>
    public CpuUse Since(CpuUse before) =>
        new(
            ByProcess.ToDictionary(p => p.Key, p => p.Value - before.ByProcess.GetValueOrDefault(p.Key)),
            WholeMachine - before.WholeMachine
        );
}
