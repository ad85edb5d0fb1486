using System.CommandLine;
using System.Globalization;
using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Queue;

/// <summary><c>scaisend queue list | count</c>: what has not ended; <c>hold | release | cancel | retry</c>: see <see cref="QueueActionCommand"/>.</summary>
internal static class QueueCommands
{
    public static Command Queue() =>
        new("queue", "Looks at mail that has not ended, and holds, releases, cancels or retries it")
        {
            List(),
            Count(),
            QueueActionCommand.New(QueueAction.Hold, "Keeps mail that is there now until it is released; its deadline goes on"),
            QueueActionCommand.New(QueueAction.Release, "Lets held mail go on, not before its send_at"),
            QueueActionCommand.New(QueueAction.Cancel, "Ends mail as cancelled; cannot be taken back"),
            QueueActionCommand.New(QueueAction.Retry, "Tries now what waits for its next attempt"),
        };

    private static Command List()
    {
        var filter = new FilterOptions();
        var limit = new Option<int>("--limit") { Description = "Most emails, 1 to 500", DefaultValueFactory = _ => 100 };
        var cursor = new Option<string?>("--cursor") { Description = "The cursor that the page before printed" };
        return OperatorCommand.New(
            "list",
            "Lists emails, oldest first within a tenant",
            [.. filter.All, limit, cursor],
            async (parsed, context, cancellationToken) =>
            {
                var most = parsed.GetValue(limit);
                if (most is < 1 or > QueuePage.MaxEmails)
                    throw new WrongArgumentException($"--limit is {most}; allowed is 1 to {QueuePage.MaxEmails}");
                QueuePosition from = default;
                if (parsed.GetValue(cursor) is { } text && !QueuePosition.TryRead(text, out from))
                    throw new WrongArgumentException("--cursor is none that an earlier page printed");
                var wanted = await filter.ReadAsync(parsed, context, cancellationToken);
                var part = await context.Get<QueuePage>().ReadAsync(wanted, from, most, TimeSpan.MaxValue, cancellationToken);
                await context.PrintAsync(AdminShape.Body(part), () => Text(part, context.Now));
                return 0;
            }
        );
    }

    private static Command Count()
    {
        var filter = new FilterOptions();
        var by = new Option<string>("--by")
        {
            Description = $"Groups by some of {string.Join(", ", QueueCount.Keys)}, separated by commas",
            DefaultValueFactory = _ => "tenant,state,held",
        };
        return OperatorCommand.New(
            "count",
            "Counts emails",
            [.. filter.All, by],
            async (parsed, context, cancellationToken) =>
            {
                var keys = parsed.GetValue(by)!.Split(',', StringSplitOptions.TrimEntries);
                if (keys.Except(QueueCount.Keys).FirstOrDefault() is { } unknown)
                    throw new WrongArgumentException($"--by has '{unknown}'; allowed are {string.Join(", ", QueueCount.Keys)}");
                var wanted = await filter.ReadAsync(parsed, context, cancellationToken);
                var groups = await context.Get<QueueCount>().GroupAsync(wanted, keys, TimeSpan.MaxValue, cancellationToken);
                await context.PrintAsync(AdminShape.Body(groups, keys), () => Text(groups, keys));
                return 0;
            }
        );
    }

    private static string Text(QueuePart part, DateTimeOffset now) =>
        part.Emails.Count == 0
            ? "Nothing"
            : TextTable.Of(
                ["message", "tenant", "to", "state", "held", "tries", "provider", "age", "due"],
                part.Emails.Select(
                    IReadOnlyList<string> (e) =>
                        [
                            Ids.Show(Ids.Message, e.MessageId),
                            Ids.Show(Ids.Tenant, e.TenantId),
                            e.Recipient,
                            e.State.ToString().ToLowerInvariant(),
                            e.IsHeld ? "held" : "",
                            e.Attempts.ToString(CultureInfo.InvariantCulture),
                            e.Provider ?? "",
                            Age(now - e.CreatedAt),
                            OperatorCommand.Show(e.DueAt),
                        ]
                )
            ) + (part.Next is { } next ? $"more with --cursor {next}" : "");

    private static string Text(QueueGroups groups, IReadOnlyList<string> keys) =>
        TextTable.Of(
            [.. keys, "emails"],
            groups
                .Groups.Select(
                    IReadOnlyList<string> (g) => [.. keys.Select(key => Cell(g, key)), g.Count.ToString(CultureInfo.InvariantCulture)]
                )
                .Append([.. keys.Select((_, i) => i == 0 ? "total" : ""), groups.Total.ToString(CultureInfo.InvariantCulture)])
        );

    private static string Cell(QueueGroup group, string key) =>
        key switch
        {
            "tenant" => group.Tenant ?? "",
            "provider" => group.Provider ?? "(no attempt yet)",
            "state" => group.State ?? "",
            "domain" => group.Domain ?? "",
            _ => group.Held == true ? "held" : "",
        };

    private static string Age(TimeSpan age) =>
        age.TotalDays >= 2 ? $"{(int)age.TotalDays}d"
        : age.TotalHours >= 2 ? $"{(int)age.TotalHours}h"
        : age.TotalMinutes >= 2 ? $"{(int)age.TotalMinutes}m"
        : $"{(int)age.TotalSeconds}s";
}
