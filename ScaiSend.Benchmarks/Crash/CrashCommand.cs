using System.CommandLine;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>The command line of the crash run.</summary>
public static class CrashCommand
{
    public static Command Create(TimeProvider time)
    {
        var rounds = new Option<int>("--rounds") { Description = "One or two kills each.", DefaultValueFactory = _ => 50 };
        var stack = new Option<string>("--stack")
        {
            Description = "servers: roles, MariaDB and RabbitMQ are killed; embedded: `scaisend up` is.",
            DefaultValueFactory = _ => "servers",
        }.AcceptOnlyFromAmong("servers", "embedded");
        var seed = new Option<int?>("--seed") { Description = "Repeats the choices of an earlier run, which printed it." };
        var rate = new Option<int>("--rate") { Description = "Requests started per second.", DefaultValueFactory = _ => 150 };
        var executable = ExecutableOption.Create();
        var command = new Command("crash", "Kills under load, and counts what was lost or sent twice.")
        {
            rounds,
            stack,
            seed,
            rate,
            executable,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Failures.ReportAsync(() =>
                    new CrashRun(
                        arguments.GetValue(rounds),
                        arguments.GetValue(stack)!,
                        arguments.GetValue(seed) ?? Random.Shared.Next(1_000_000),
                        arguments.GetValue(rate),
                        arguments.GetValue(executable),
                        time
                    ).RunAsync(cancellationToken)
                )
        );
        return command;
    }
}
