using System.CommandLine;
using ScaiSend.Api.Admin;
using ScaiSend.Cli.Queue;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;

namespace ScaiSend.Cli.Policy;

/// <summary><c>scaisend policy</c>: checks, explains and tries out delivery policies, and puts them in force (<see cref="RevisionCommands"/>).</summary>
internal static class PolicyCommands
{
    public static Command Root(Option<string[]> set)
    {
        var root = new Command("policy", "Checks, explains and tries out delivery policies (delivery.yaml), and puts them in force")
        {
            Check(),
            Explain(set),
            DryRun(set),
            Show(),
        };
        foreach (var command in RevisionCommands.All())
            root.Subcommands.Add(command);
        return root;
    }

    private static Argument<string> File() => new("FILE") { Description = "A delivery policy, such as delivery.yaml" };

    private static Command Check()
    {
        var file = File();
        var json = JsonOption.New();
        var command = new Command(
            "check",
            "Reads a policy file; says everything that is wrong with it, with line and column (exit code 2), or what it holds"
        )
        {
            file,
            json,
        };
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    parsed,
                    output =>
                    {
                        var policy = PolicyFiles.Read(new PolicyFile(parsed.GetValue(file)));
                        return parsed.GetValue(json)
                            ? output.WriteLineAsync(OperatorCommand.ToJson(PolicySummary.Body(policy)))
                            : PolicySummary.Of(policy, output);
                    }
                )
        );
        return command;
    }

    private static Command Show()
    {
        var command = new Command("starting-set", "Prints the starting set that counts below every policy file, with comments");
        command.SetAction((parsed, _) => RunAsync(parsed, output => output.WriteAsync(StartingSet.Text)));
        return command;
    }

    private static Command Explain(Option<string[]> set)
    {
        var to = new Option<string>("--to") { Description = "The recipient's address", Required = true };
        var reply = new Option<string>("--reply")
        {
            Description = "The server's reply, such as \"451 4.7.1 Try again later\"",
            Required = true,
        };
        var at = new Option<string>("--at")
        {
            Description = $"The command that was answered: {string.Join(", ", PolicySteps.Words)}",
            DefaultValueFactory = _ => "recipient",
        };
        var attempt = new Option<int>("--attempt")
        {
            Description = "Number of the attempt that was answered",
            DefaultValueFactory = _ => 1,
        };
        var mx = new Option<string?>("--mx") { Description = "The recipient's mail host; looked up when it is not said" };
        var tenant = new Option<string?>("--tenant") { Description = "The sending tenant's id: tnt_…" };
        var file = new Option<string?>("--file") { Description = "A policy file; the one of the settings when it is not said" };
        var json = JsonOption.New();
        var command = new Command(
            "explain",
            "Says what a reply leads to: which provider and rule, when it is tried next, when it is given up"
        )
        {
            to,
            reply,
            at,
            attempt,
            mx,
            tenant,
            file,
            json,
            set,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed,
                    output =>
                        new Explanation(
                            parsed.GetValue(to)!,
                            parsed.GetValue(reply)!,
                            parsed.GetValue(at)!,
                            parsed.GetValue(attempt),
                            parsed.GetValue(mx),
                            parsed.GetValue(tenant),
                            parsed.GetValue(file)
                        ).WriteAsync(output, parsed.GetValue(json), parsed.GetValue(set)!, cancellationToken)
                )
        );
        return command;
    }

    private static Command DryRun(Option<string[]> set)
    {
        var file = File();
        var since = new Option<string>("--since")
        {
            Description = "How far back, such as 90m, 24h or 7d",
            DefaultValueFactory = _ => "24h",
        };
        var json = JsonOption.New();
        var command = new Command(
            "dry-run",
            "Replays the recorded attempts against a policy file: how many would end in another way than by the policy of the settings, and how"
        )
        {
            file,
            since,
            json,
            set,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed,
                    async output =>
                    {
                        var report = await Replay.RunAsync(
                            parsed.GetValue(file)!,
                            parsed.GetValue(since)!,
                            parsed.GetValue(set)!,
                            cancellationToken
                        );
                        if (parsed.GetValue(json))
                            await output.WriteLineAsync(OperatorCommand.ToJson(PolicyShape.Body(report, parsed.GetValue(since)!)));
                        else
                            await ReplayReport.WriteAsync(report, output, parsed.GetValue(since)!);
                    }
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<TextWriter, Task> run)
    {
        try
        {
            await run(parsed.InvocationConfiguration.Output);
            return 0;
        }
        catch (SettingsException e)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
            return Commands.WrongSettings;
        }
    }
}
