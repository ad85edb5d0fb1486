using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>The command line of the pipeline bench.</summary>
public static class PipelineCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "Few messages and one round, for development; the figures mean little." };
        var shapes = new Option<string>("--shapes")
        {
            Description = "three: serve, worker, smtp; node: serve and node --roles worker,smtp; both.",
            DefaultValueFactory = _ => "both",
        }.AcceptOnlyFromAmong("three", "node", "both");
        var only = new Option<string?>("--only")
        {
            Description = "Leave out the other size, and all cold starts but one.",
        }.AcceptOnlyFromAmong("4k", "40k");
        var coldOnly = new Option<bool>("--cold") { Description = "Only the cold starts." };
        var executable = ExecutableOption.Create();
        var command = new Command("pipeline", "Request to delivered, beside Postfix with OpenDKIM.")
        {
            quick,
            coldOnly,
            shapes,
            only,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                {
                    var plan = PipelinePlan.For(
                        arguments.GetValue(quick),
                        arguments.GetValue(coldOnly),
                        arguments.GetValue(shapes)!,
                        arguments.GetValue(only)
                    );
                    return new PipelineBench(plan, arguments.GetValue(executable), time).RunAsync(cancellationToken);
                })
        );
        return command;
    }
}
