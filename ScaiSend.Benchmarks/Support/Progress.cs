using System.Diagnostics;

namespace ScaiSend.Benchmarks.Support;

/// <summary>What a long run is doing, line by line with the time since its start, on standard error; figures go to standard output.</summary>
public static class Progress
{
    private static readonly long Started = Stopwatch.GetTimestamp();

    /// <summary>One line.</summary>
    public static void Say(string text) => Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(Started):mm\\:ss}] {text}");

    /// <summary>Repeats a line of changing figures until what it tells about has ended.</summary>
    public static async Task WhileAsync(Task work, Func<string> text)
    {
        while (await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(5))) != work)
            Say(text());
        await work;
    }
}
