using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Webhooks;

/// <summary>The command line of the webhooks bench.</summary>
public static class WebhooksCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "Few mails and one round, for development; the figures mean little." };
        var executable = ExecutableOption.Create();
        var command = new Command("webhooks", "Events told to a webhook while mail is sent, and what that costs the pipeline.")
        {
            quick,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new WebhooksBench(arguments.GetValue(quick), arguments.GetValue(executable), time).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
