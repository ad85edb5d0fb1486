namespace ScaiSend.IntegrationTests.Support;

/// <summary>What a real mail server has delivered.</summary>
public static class Maildir
{
    /// <summary>The file that mentions this text. A server delivers a moment after its 250.</summary>
    public static async Task<string> FileAboutAsync(string folder, string text)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await poll.WaitForNextTickAsync(limit.Token))
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                if (IsDelivered(file) && (await File.ReadAllTextAsync(file, limit.Token)).Contains(text, StringComparison.Ordinal))
                    return file;
        throw new TimeoutException($"Nothing about {text} was delivered");
    }

    // A maildir's tmp holds files that are still being written.
    private static bool IsDelivered(string file) => Path.GetFileName(Path.GetDirectoryName(file)) != "tmp";
}
