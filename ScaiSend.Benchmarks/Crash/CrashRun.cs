using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>Rounds of random kills under a steady load; then everything may come to rest, and every promise is checked.</summary>
public sealed class CrashRun(int rounds, string stack, int seed, int perSecond, string? builtExecutable, TimeProvider time)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ResumeLimit = TimeSpan.FromSeconds(90);
    private readonly Random random = new(seed);
    private readonly List<Kill> kills = [];
    private readonly Queue<Victim> deck = new();

    /// <summary>Runs, prints, and answers the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var workspace = Workspace.Create("crash-" + stack);
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);
        await using var receiver = new Receiver(time);
        await using ICrashTarget target =
            stack == "embedded"
                ? await EmbeddedTarget.StartAsync(workspace, executable, receiver.Port, cancellationToken)
                : await ServersTarget.StartAsync(workspace, executable, receiver.Port, time, cancellationToken);
        Progress.Say($"crash on the {stack} stack, {rounds} rounds, {perSecond} requests/s, --seed {seed}; logs in {workspace.Folder}");

        var log = new ClientLog();
        var exits = new List<string>();
        using (var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var sending = new CrashLoad(target.Http, target.LiveKey, perSecond, log, time).RunAsync(stopping.Token);
            try
            {
                for (var round = 1; round <= rounds; round++)
                    await RunRoundAsync(round, target, exits, log, receiver, cancellationToken);
            }
            finally
            {
                await stopping.CancelAsync();
                await sending;
            }
        }

        var isDrained = await DrainAsync(target, exits, cancellationToken);
        var verdict = CrashVerdict.Of(log, await target.Ledger.EmailsAsync(cancellationToken), receiver.Receipts, kills);
        CrashReport.Print(stack, rounds, seed, isDrained, log, receiver, kills, exits, verdict, time);
        return CrashReport.Close(stack, verdict);
    }

    private async Task RunRoundAsync(
        int round,
        ICrashTarget target,
        List<string> exits,
        ClientLog log,
        Receiver receiver,
        CancellationToken cancellationToken
    )
    {
        await Task.Delay(TimeSpan.FromSeconds(0.5 + (2.5 * random.NextDouble())), cancellationToken);
        var victims = new List<Victim> { Next(target) };
        // Now and then two at once.
        if (
            target.Victims.Count > 1
            && random.Next(5) == 0
            && target.Victims[random.Next(target.Victims.Count)] is var second
            && second != victims[0]
        )
            victims.Add(second);
        var killedAt = time.GetUtcNow();
        await Task.WhenAll(victims.Select(victim => victim.KillAsync(cancellationToken)));
        await Task.Delay(TimeSpan.FromSeconds(1.5 * random.NextDouble()), cancellationToken);
        await BringBackAsync(target, victims, exits, cancellationToken);
        var backAt = time.GetUtcNow();
        var resumedAfter = await WaitForMailAsync(receiver, backAt, cancellationToken);
        kills.AddRange(victims.Select(victim => new Kill(round, victim.Name, victim.CutsCommits, killedAt, backAt, resumedAfter)));
        Progress.Say(
            $"{round}/{rounds}: killed {string.Join(" and ", victims.Select(victim => victim.Name))}; {log.Promised.Count} promised, "
                + $"{receiver.Receipts.Count} received, {log.Asked - log.Promised.Count} not answered with 202; mail flowed again after {resumedAfter.TotalSeconds:0.0} s"
        );
    }

    // The servers first: a role may need them to start.
    private static async Task BringBackAsync(
        ICrashTarget target,
        List<Victim> victims,
        List<string> exits,
        CancellationToken cancellationToken
    )
    {
        foreach (var victim in victims.OrderByDescending(victim => victim.Name is "mariadb" or "rabbitmq"))
        {
            await victim.StartAsync(cancellationToken);
        }
        exits.AddRange(await target.StartWhatEndedAsync(cancellationToken));
    }

    // A kill while nothing flows would test nothing, so the next round waits; how long is a figure of its own.
    private async Task<TimeSpan> WaitForMailAsync(Receiver receiver, DateTimeOffset backAt, CancellationToken cancellationToken)
    {
        while (receiver.LastTakenAt <= backAt && time.GetUtcNow() - backAt < ResumeLimit)
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        return time.GetUtcNow() - backAt;
    }

    // Every victim once before any comes again.
    private Victim Next(ICrashTarget target)
    {
        if (deck.Count == 0)
        {
            var victims = target.Victims.ToArray();
            random.Shuffle(victims);
            foreach (var victim in victims)
                deck.Enqueue(victim);
        }
        return deck.Dequeue();
    }

    private async Task<bool> DrainAsync(ICrashTarget target, List<string> exits, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + DrainLimit;
        for (var look = 0; time.GetUtcNow() < end; look++, await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken))
        {
            exits.AddRange(await target.StartWhatEndedAsync(cancellationToken));
            var left = await target.Ledger.NotEndedAsync(cancellationToken);
            if (left == 0)
                return true;
            if (look % 5 == 0)
                Progress.Say($"draining: {left} emails have not ended");
        }
        return false;
    }
}
