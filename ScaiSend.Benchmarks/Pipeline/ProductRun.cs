using ScaiSend.Benchmarks.Load;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>One run through the product.</summary>
/// <param name="Duration">From the first request to the last email at its end.</param>
/// <param name="Cpu">What each process used, and the whole machine.</param>
/// <param name="Latencies">Milliseconds from acceptance to delivered, by the database's own stamps.</param>
public sealed record ProductRun(int Count, TimeSpan Duration, LoadResult Load, CpuUse Cpu, IReadOnlyList<double> Latencies)
{
    public double PerSecond => Count / Duration.TotalSeconds;
}
