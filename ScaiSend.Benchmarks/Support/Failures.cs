namespace ScaiSend.Benchmarks.Support;

/// <summary>Turns a failed run into its reason and an exit code.</summary>
public static class Failures
{
    public static async Task<int> ReportAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (BenchException failure)
        {
            await Console.Error.WriteLineAsync("bench failed: " + failure.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("bench stopped");
            return 1;
        }
    }
}
