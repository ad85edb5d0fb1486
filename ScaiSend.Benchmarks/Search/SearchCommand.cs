using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Search;

/// <summary>The command line of the bench of the console's search.</summary>
public static class SearchCommand
{
    public static Command Create(TimeProvider time)
    {
        var quick = new Option<bool>("--quick") { Description = "200,000 messages, for development; the figures mean little." };
        var executable = ExecutableOption.Create();
        var command = new Command("search", "10 million messages are there; then every kind of search in the console is timed.")
        {
            quick,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new SearchBench(arguments.GetValue(quick), arguments.GetValue(executable), time).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
