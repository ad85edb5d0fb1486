using System.Diagnostics;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>How tests wait: for what must come about, looking often, and no longer than makes sense.</summary>
public static class Patience
{
    /// <summary>How long, on a machine that runs many other tests. Nothing waits so long unless something is broken.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);

    /// <summary>Looks until it is so.</summary>
    /// <param name="trouble">What to say when it never is.</param>
    public static async Task UntilAsync(Func<Task<bool>> isSo, string trouble)
    {
        for (var waited = Stopwatch.StartNew(); !await isSo(); await Task.Delay(Between, TestContext.Current.CancellationToken))
            Assert.True(waited.Elapsed < Limit, trouble);
    }

    /// <summary>What is seen, as soon as it is so.</summary>
    /// <param name="trouble">Says what was seen last when it never is; else it is shown as it is.</param>
    public static async Task<T> WhenAsync<T>(Func<Task<T>> look, Func<T, bool> isSo, Func<T, string>? trouble = null)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(Between, TestContext.Current.CancellationToken))
        {
            var seen = await look();
            if (isSo(seen))
                return seen;
            Assert.True(waited.Elapsed < Limit, trouble is null ? $"It is still {seen}" : trouble(seen));
        }
    }
}
