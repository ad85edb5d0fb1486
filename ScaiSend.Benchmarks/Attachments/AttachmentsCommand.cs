using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Attachments;

/// <summary>The command line of the attachments bench.</summary>
public static class AttachmentsCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "Five requests instead of fifty, for development." };
        var executable = ExecutableOption.Create();
        var command = new Command("attachments", "The memory that each role needs for fifty requests of 20 MB at once.")
        {
            quick,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new AttachmentsBench(arguments.GetValue(quick), arguments.GetValue(executable), time).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
