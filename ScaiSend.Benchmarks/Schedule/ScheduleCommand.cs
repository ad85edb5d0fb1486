using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Schedule;

/// <summary>The command line of the schedule bench.</summary>
public static class ScheduleCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "A tenth of the mail, for development; the figures mean little." };
        var executable = ExecutableOption.Create();
        var command = new Command("schedule", "100,000 scheduled mails due in one second, and another tenant's mail meanwhile.")
        {
            quick,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new ScheduleBench(arguments.GetValue(quick), arguments.GetValue(executable), time).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
