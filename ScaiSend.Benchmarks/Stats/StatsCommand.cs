using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Stats;

/// <summary>The command line of the statistics bench.</summary>
public static class StatsCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "200,000 events, for development; the figures mean little." };
        var executable = ExecutableOption.Create();
        var command = new Command("stats", "10 million events are rolled up; then every call for numbers is timed.") { quick, executable };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new StatsBench(arguments.GetValue(quick), arguments.GetValue(executable), time).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
