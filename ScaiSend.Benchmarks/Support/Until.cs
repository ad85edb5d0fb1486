using System.Diagnostics;

namespace ScaiSend.Benchmarks.Support;

/// <summary>Waiting for conditions, each with a limit and a name.</summary>
public static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is yes; too late is a failure of the run.</summary>
    public static Task TrueAsync(string what, TimeSpan limit, Func<bool> isTrue, CancellationToken cancellationToken) =>
        TrueAsync(what, limit, Pause, () => Task.FromResult(isTrue()), cancellationToken);

    /// <summary>The same with a question that takes time, and its own pause between two questions.</summary>
    public static async Task TrueAsync(
        string what,
        TimeSpan limit,
        TimeSpan pause,
        Func<Task<bool>> isTrue,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new BenchException($"waited {limit.TotalSeconds:0} s in vain until {what}");
            await Task.Delay(pause, cancellationToken);
        }
    }
}
