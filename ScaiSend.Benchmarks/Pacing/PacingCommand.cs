using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pacing;

/// <summary>The command line of the pacing bench.</summary>
public static class PacingCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "A tenth of the mail, for development; the figures mean little." };
        var only = new Option<string?>("--only") { Description = "Leave out the other part." }.AcceptOnlyFromAmong("blast", "tarpit");
        var executable = ExecutableOption.Create();
        var command = new Command("pacing", "Other mail while 20,000 mails wait for a tarpit, and while a tenant sends 100,000.")
        {
            quick,
            only,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new PacingBench(arguments.GetValue(quick), arguments.GetValue(only), arguments.GetValue(executable), time).RunAsync(
                        cancellationToken
                    )
                )
        );
        return command;
    }
}
