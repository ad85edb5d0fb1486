using System.CommandLine;
using System.Net;
using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Cli.Queue;

/// <summary><c>scaisend suspensions list | add | lift</c>: the times in which a provider gets no mail.</summary>
internal static class SuspensionCommands
{
    public static Command Suspensions() =>
        new("suspensions", "Shows, adds and lifts the times in which a provider gets no mail") { List(), Add(), Lift() };

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Also those that are over" };
        return OperatorCommand.New(
            "list",
            "Lists those in force",
            [all],
            async (parsed, context, cancellationToken) =>
            {
                var found = await context.Get<SuspensionTable>().ListAsync(!parsed.GetValue(all), cancellationToken);
                var now = context.Now;
                await context.PrintAsync(new { suspensions = found.Select(s => AdminShape.Body(s, now)) }, () => Text(found));
                return 0;
            }
        );
    }

    private static Command Add()
    {
        var provider = new Argument<string>("provider") { Description = "The provider, as attempts show it" };
        var lasts = new Option<string>("--for") { Description = "How long, such as 30m or 2h; at most 30d", Required = true };
        var source = new Option<string?>("--source") { Description = "Only from this address of ours" };
        var reason = OperatorCommand.Reason();
        return OperatorCommand.New(
            "add",
            "Gives a provider no mail for a time",
            [provider, lasts, source, reason],
            async (parsed, context, cancellationToken) =>
            {
                if (parsed.GetValue(provider) is not { Length: > 0 and <= OperatorSuspensions.MaxProvider } name)
                    throw new WrongArgumentException($"The provider must have 1 to {OperatorSuspensions.MaxProvider} characters");
                if (
                    FilterOptions.Age("--for", parsed.GetValue(lasts)) is not { } span
                    || span <= TimeSpan.Zero
                    || span > OperatorSuspensions.Longest
                )
                    throw new WrongArgumentException($"--for is '{parsed.GetValue(lasts)}'; allowed is more than 0 and at most 30d");
                if (parsed.GetValue(source) is { } from && !IPAddress.TryParse(from, out _))
                    throw new WrongArgumentException($"--source is '{from}'; allowed is an IP address of ours");
                var act = context.Act(parsed.GetValue(reason)!);
                var added = await context
                    .Get<OperatorSuspensions>()
                    .AddAsync(name, parsed.GetValue(source), span, act.Reason, act.Who, cancellationToken);
                await context.PrintAsync(AdminShape.Body(added, context.Now), () => Text([added]));
                return 0;
            }
        );
    }

    private static Command Lift()
    {
        var id = new Argument<string>("id") { Description = "The suspension's id, sus_…" };
        var reason = OperatorCommand.Reason();
        return OperatorCommand.New(
            "lift",
            "Ends one now",
            [id, reason],
            async (parsed, context, cancellationToken) =>
            {
                var text = parsed.GetValue(id)!;
                if (!Ids.TryRead(AdminShape.SuspensionId, text, out var known))
                    throw new WrongArgumentException($"'{text}' is no id of a suspension; allowed is sus_ and 32 hexadecimal digits");
                var act = context.Act(parsed.GetValue(reason)!);
                if (!await context.Get<OperatorSuspensions>().LiftAsync(known, act.Reason, act.Who, cancellationToken))
                    throw new WrongArgumentException($"There is no active suspension {text}");
                await context.PrintAsync(new { id = text, lifted = true }, () => $"lifted {text}");
                return 0;
            }
        );
    }

    private static string Text(IReadOnlyList<Suspension> suspensions) =>
        suspensions.Count == 0
            ? "Nothing"
            : TextTable.Of(
                ["suspension", "provider", "source", "since", "until", "lifted", "cause"],
                suspensions.Select(
                    IReadOnlyList<string> (s) =>
                        [
                            Ids.Show(AdminShape.SuspensionId, s.Id),
                            s.Provider,
                            s.Source ?? "all",
                            OperatorCommand.Show(s.StartedAt),
                            OperatorCommand.Show(s.EndsAt),
                            s.LiftedBy is null ? "" : $"{OperatorCommand.Show(s.LiftedAt)} by {s.LiftedBy}",
                            s.Cause,
                        ]
                )
            );
}
