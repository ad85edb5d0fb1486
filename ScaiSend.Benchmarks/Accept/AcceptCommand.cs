using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>The command line of the acceptance bench.</summary>
public static class AcceptCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "Short runs, for development; the figures mean little." };
        var executable = ExecutableOption.Create();
        var command = new Command("accept", "Requests accepted per second, beside a bare Kestrel endpoint that stores the same rows.")
        {
            quick,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new AcceptBench(arguments.GetValue(quick), arguments.GetValue(executable), time).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
