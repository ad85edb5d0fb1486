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
}
