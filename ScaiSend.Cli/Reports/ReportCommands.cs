using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Cli.Reports;

/// <summary><c>scaisend reports</c>: shows the mails that came back about ours. Changes nothing.</summary>
internal static class ReportCommands
{
    public static Command Root(Option<string[]> set) =>
        new("reports", "Shows the mails that came back about ours: bounces, complaints, and what nobody could read; changes nothing")
        {
            List(set),
            Show(set),
        };

    private static Command List(Option<string[]> set)
    {
        var state = new Option<string?>("--state") { Description = $"Only those that are {string.Join(", ", ReportList.States)}" };
        var limit = new Option<int>("--limit") { Description = "Most reports that are shown", DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json") { Description = "Writes JSON instead of a table" };
        var command = new Command("list", "Lists reports, newest first, and counts them by state") { state, limit, json, set };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(set)!,
                    database =>
                        new ReportList(parsed.GetValue(state), parsed.GetValue(limit), parsed.GetValue(json)).WriteAsync(
                            database,
                            Console.Out,
                            cancellationToken
                        )
                )
        );
        return command;
    }

    private static Command Show(Option<string[]> set)
    {
        var id = new Argument<string>("ID") { Description = "A report's id: rpt_…" };
        var command = new Command("show", "Writes a report to standard output as it was received") { id, set };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(set)!,
                    async database =>
                    {
                        await using var output = Console.OpenStandardOutput();
                        await output.WriteAsync(
                            await ReportList.RawAsync(database, parsed.GetValue(id)!, cancellationToken),
                            cancellationToken
                        );
                    }
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(IEnumerable<string> sets, Func<MailDatabase, Task> run)
    {
        try
        {
            await run(DatabaseOf(sets));
            return 0;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Commands.WrongSettings;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            await Console.Error.WriteLineAsync(fault);
            return 1;
        }
    }

    private static MailDatabase DatabaseOf(IEnumerable<string> sets)
    {
        var configuration = Settings.ForCommand(sets);
        var options = configuration.GetSection(Settings.Root).GetSection("Database").Get<DatabaseOptions>() ?? new DatabaseOptions();
        return new MailDatabase(Options.Create(options));
    }
}
