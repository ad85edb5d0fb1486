namespace ScaiSend.Benchmarks.Peers;

/// <summary>One run through Postfix.</summary>
/// <param name="Duration">From the first connection to the empty queue.</param>
/// <param name="Accepting">From the first connection to the last 250 to the client.</param>
/// <param name="Cpu">Of the whole machine.</param>
public sealed record PeerRun(int Count, TimeSpan Duration, TimeSpan Accepting, TimeSpan Cpu)
{
    public double PerSecond => Count / Duration.TotalSeconds;

    public double CpuMicroseconds => Cpu.TotalMicroseconds / Count;
}
