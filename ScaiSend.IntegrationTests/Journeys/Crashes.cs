using System.Collections.Concurrent;
using System.Diagnostics;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A short crash run on both stacks: kill -9 of the roles, of MariaDB and of RabbitMQ, under load. The long one is <c>./build.sh crash</c>.</summary>
[Collection(nameof(Alone))]
public sealed class Crashes
{
    /// <summary>Far above the one to two minutes that it takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    [Theory]
    [InlineData("servers")]
    [InlineData("embedded")]
    public async Task Kills_under_load_lose_nothing_and_send_nothing_twice_without_cause(string stack)
    {
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        var repository = build.Parent!.Parent!.Parent!.Parent!.FullName;
        var executable = Path.Combine(repository, "ScaiSend.Cli", "bin", build.Parent.Name, build.Name, "scaisend");
        Assert.True(File.Exists(executable), $"{executable} is not there: run ./build.sh test, which builds it");

        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in new[] { "build/bench.sh", "crash", "--rounds", "5", "--stack", stack, "--executable", executable })
            start.ArgumentList.Add(word);
        start.WorkingDirectory = repository;
        var printed = new ConcurrentQueue<string?>();
        using var run = new Process { StartInfo = start };
        run.OutputDataReceived += (_, line) => printed.Enqueue(line.Data);
        run.ErrorDataReceived += (_, line) => printed.Enqueue(line.Data);
        run.Start();
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await run.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            run.Kill(entireProcessTree: true);
            Assert.Fail($"The run did not end within {Limit}; it printed:\n{string.Join('\n', printed)}");
        }

        Assert.True(run.ExitCode == 0, string.Join('\n', printed));
    }
}

/// <summary>What loads the whole machine runs by itself, so that no other test waits for it in vain.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
