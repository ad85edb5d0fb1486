using System.Diagnostics;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A short crash run on both stacks: kill -9 of the roles, of MariaDB and of RabbitMQ, under load. The long one is <c>./build.sh crash</c>.</summary>
[Collection(nameof(Alone))]
public sealed class Crashes
{
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
        using var run = Process.Start(start)!;
        var printed = run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complained = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, await printed + await complained);
    }
}

/// <summary>What loads the whole machine runs by itself, so that no other test waits for it in vain.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
