using ScaiSend.Benchmarks.Load;
using ScaiSend.Benchmarks.Peers;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>
/// The whole way of a message, request to delivered, beside Postfix with OpenDKIM on the same machine, to the same sink, in turn.
/// </summary>
public sealed class PipelineBench(PipelinePlan plan, string? builtExecutable, TimeProvider time)
{
    private const int PeerWarmUp = 1_000;
    private const int SmallMail = 4096;
    private const int LargeMail = 40_960;

    /// <summary>Runs everything and prints tables and bars.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Machine.NeedsRootAnd("postfix", "smtp-source", "smtp-sink", "opendkim", "chown");
        var servers = Servers.FromEnvironment();
        var workspace = Workspace.Create("pipeline");
        var executable = await ExecutableOption.PrepareAsync(builtExecutable, workspace, cancellationToken);

        await LoadWarmUp.RunAsync(cancellationToken);
        await using var sink = await SmtpSink.StartAsync(workspace, cancellationToken);
        await using var postfix = await PostfixPeer.StartAsync(workspace, sink, cancellationToken);
        await postfix.RunAsync(SmallMail, PeerWarmUp, cancellationToken);

        var results = new List<ShapeResult>();
        foreach (var shape in plan.Shapes)
            results.Add(await RunShapeAsync(shape, workspace, executable, servers, sink, postfix, cancellationToken));

        PipelineReport.Print(results, time);
        return CloseBars(results);
    }

    private async Task<ShapeResult> RunShapeAsync(
        PipelineShape shape,
        Workspace workspace,
        string executable,
        Servers servers,
        SmtpSink sink,
        PostfixPeer postfix,
        CancellationToken cancellationToken
    )
    {
        Task<RunningProduct> StartFreshAsync() => StartAsync(shape, workspace, executable, servers, sink, cancellationToken);
        var cold = await RunColdAsync(shape, StartFreshAsync, servers, sink, postfix, cancellationToken);
        if (plan.Loads.Count == 0)
            return new ShapeResult(shape, cold, [], new Dictionary<string, long>());

        await using var product = await StartFreshAsync();
        var ours = new ProductSide(product, servers, sink, time);
        await WarmUpAsync(shape, ours, cancellationToken);
        var pairs = await RunInTurnAsync(shape, ours, postfix, cancellationToken);
        var memory = ours.Processes.ToDictionary(process => process.Key, process => ProcessCost.PeakMemory(process.Value));
        return new ShapeResult(shape, cold, pairs, memory);
    }

    // One cold start scatters too much to judge by: what the machine does beside it in its few seconds is a large part of them.
    private async Task<RunsInTurn> RunColdAsync(
        PipelineShape shape,
        Func<Task<RunningProduct>> startFresh,
        Servers servers,
        SmtpSink sink,
        PostfixPeer postfix,
        CancellationToken cancellationToken
    )
    {
        var theirs = new List<PeerRun>();
        var ours = new List<ProductRun>();
        for (var round = 1; round <= plan.ColdRounds; round++)
        {
            var name = $"{shape.Name} cold {round}/{plan.ColdRounds}";
            Progress.Say($"{name}: Postfix with OpenDKIM, {plan.ColdCount}");
            var their = await postfix.RunAsync(SmallMail, plan.ColdCount, cancellationToken);
            theirs.Add(their);
            await using var product = await startFresh();
            var side = new ProductSide(product, servers, sink, time);
            await side.WarmUpAuditAsync(cancellationToken);
            var our = await side.RunAsync($"{name} ScaiSend", SmallMail, plan.ColdCount, null, cancellationToken);
            ours.Add(our);
            Progress.Say($"{name}: theirs {their.PerSecond:0}/s, ours {our.PerSecond:0}/s, {our.PerSecond / their.PerSecond:0.00}");
        }
        return new RunsInTurn(theirs, ours);
    }

    private async Task<RunningProduct> StartAsync(
        PipelineShape shape,
        Workspace workspace,
        string executable,
        Servers servers,
        SmtpSink sink,
        CancellationToken cancellationToken
    )
    {
        var settings = ProductSettings.Fresh(shape.Name, servers, workspace, sink.Port, time);
        var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        try
        {
            foreach (var command in shape.Commands)
                await product.StartAsync(command, cancellationToken);
            Progress.Say($"{shape.Name}: {string.Join(" + ", shape.Commands)} are ready");
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    // Every fifth block is of large ones, so that their paths are warm too.
    private async Task WarmUpAsync(PipelineShape shape, ProductSide ours, CancellationToken cancellationToken)
    {
        var block = plan.WarmUpCount / 10;
        for (var (done, blocks) = (0, 1); done < plan.WarmUpCount; done += block, blocks++)
        {
            var (name, size) = blocks % 5 == 0 ? ("40k", LargeMail) : ("4k", SmallMail);
            var count = Math.Min(block, plan.WarmUpCount - done);
            var run = await ours.RunAsync($"{shape.Name} warm-up {name}", size, count, null, cancellationToken);
            Progress.Say($"{shape.Name} warm-up {name}: {run.PerSecond:0}/s after {done + count}");
        }
    }

    private async Task<IReadOnlyList<LoadResultPair>> RunInTurnAsync(
        PipelineShape shape,
        ProductSide ours,
        PostfixPeer postfix,
        CancellationToken cancellationToken
    )
    {
        var theirRuns = plan.Loads.ToDictionary(load => load, _ => new List<PeerRun>());
        var ourRuns = plan.Loads.ToDictionary(load => load, _ => new List<ProductRun>());
        var idleCpu = plan.Loads.ToDictionary(load => load, _ => TimeSpan.Zero);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            foreach (var load in plan.Loads)
            {
                var name = $"{shape.Name} {load.Name} {round}/{plan.Rounds}";
                Progress.Say($"{name}: Postfix with OpenDKIM, {load.Count}");
                var idle = CpuUse.Now(ours.Processes);
                var their = await postfix.RunAsync(load.MailSize, load.Count, cancellationToken);
                idleCpu[load] += Idle(CpuUse.Now(ours.Processes).Since(idle));
                theirRuns[load].Add(their);
                var our = await ours.RunAsync($"{name} ScaiSend", load.MailSize, load.Count, null, cancellationToken);
                ourRuns[load].Add(our);
                Progress.Say($"{name}: theirs {their.PerSecond:0}/s, ours {our.PerSecond:0}/s, {our.PerSecond / their.PerSecond:0.00}");
            }
        }

        var pairs = new List<LoadResultPair>();
        foreach (var load in plan.Loads)
        {
            var rate = Figures.Median(ourRuns[load].Select(run => run.PerSecond)) / 2;
            var count = (int)(rate * plan.HalfLoadTime.TotalSeconds);
            Progress.Say($"{shape.Name} {load.Name}: half load, {rate:0}/s");
            var half = await ours.RunAsync($"{shape.Name} {load.Name} half load", load.MailSize, count, rate, cancellationToken);
            pairs.Add(new LoadResultPair(load, theirRuns[load], ourRuns[load], half, idleCpu[load]));
        }
        return pairs;
    }

    private static TimeSpan Idle(CpuUse use) =>
        use
            .ByProcess.Where(process => process.Key is not "smtp-sink" and not "load")
            .Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Value);

    private static int CloseBars(IReadOnlyList<ShapeResult> results)
    {
        var bars = new Bars();
        foreach (var result in results)
        {
            foreach (var pair in result.Loads)
                bars.AtLeast($"{result.Shape.Name}-{pair.Load.Name}", pair.Ratio, PipelinePlan.Bar(result.Shape, pair.Load));
            if (result.Shape.Name == "three")
                bars.AtLeast("cold-4k", result.Cold.Ratio, PipelinePlan.ColdBar);
        }
        return bars.Close();
    }
}
