namespace ScaiSend.Benchmarks.Support;

/// <summary>The closing lines of a run: each bar, its figure, and whether it was met.</summary>
public sealed class Bars
{
    private readonly List<Bar> bars = [];

    /// <summary>A bar that the figure must reach.</summary>
    public void AtLeast(string name, double figure, double needed) => bars.Add(new Bar(name, figure, needed, figure >= needed));

    /// <summary>A bar that the figure must not exceed.</summary>
    public void AtMost(string name, double figure, double needed) => bars.Add(new Bar(name, figure, needed, figure <= needed));

    /// <summary>Prints the lines and returns the process's exit code.</summary>
    public int Close()
    {
        Console.WriteLine();
        foreach (var bar in bars)
            Console.WriteLine($"BAR {bar.Name} {bar.Figure:0.##} {bar.Needed:0.##} {(bar.IsMet ? "ok" : "short")}");
        return bars.All(bar => bar.IsMet) ? 0 : 1;
    }

    private sealed record Bar(string Name, double Figure, double Needed, bool IsMet);
}
