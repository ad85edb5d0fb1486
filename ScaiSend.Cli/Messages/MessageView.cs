using System.Globalization;
using ScaiSend.Api.Messages;
using ScaiSend.Cli.Queue;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Emails;
using Spectre.Console;

namespace ScaiSend.Cli.Messages;

/// <summary>A message for people: one block for each recipient, with its events and attempts in the order of time.</summary>
internal static class MessageView
{
    public static string Status(MessageRows rows) =>
        PublicStatus.OfMessage(rows.Message.IsSandbox, [.. rows.Emails.Select(e => (e.State, e.Lane))]);

    public static void Write(IAnsiConsole console, MessageRows rows)
    {
        var message = rows.Message;
        var status = Status(rows);
        console.Write(new Text($"{Ids.Show(Ids.Message, message.Id)}  "));
        console.Write(new Text(status + "\n", StyleOf(status)));
        console.Write(
            Terminal.Cell(
                $"of {Ids.Show(Ids.Tenant, message.TenantId)}, accepted {OperatorCommand.Show(message.CreatedAt)}, from {message.FromEmail}"
                    + (message.TemplateId is { } template ? $", template {template}" : "")
                    + (message.BatchId is { } batch ? $", batch {batch}" : "")
            )
        );
        console.WriteLine();
        foreach (var email in rows.Emails)
            Write(console, email, [.. rows.Events[email.Id]], [.. rows.Attempts[email.Id]]);
    }

    /// <summary>The colour of a status: what is good, what waits, what ended otherwise.</summary>
    public static Style StyleOf(string status) =>
        new(
            status switch
            {
                "delivered" => Color.Green,
                "bounced" or "failed" => Color.Red,
                "cancelled" or "sandbox" => Color.Grey,
                _ => Color.Yellow,
            }
        );

    private static void Write(IAnsiConsole console, Email email, IReadOnlyList<EmailEvent> events, IReadOnlyList<EmailAttempt> attempts)
    {
        var status = PublicStatus.Of(email.State, email.Lane);
        console.WriteLine();
        console.Write(Terminal.Cell($"{Ids.Show(Ids.Email, email.Id)}  {email.Recipient}  "));
        console.Write(new Text(status, StyleOf(status)));
        console.Write(Terminal.Cell(Standing(email)));
        console.WriteLine();
        var table = Terminal.Table("when", "what", "");
        var lines = events
            .Select(e => (e.At, What: e.Type, Text: e.Reason))
            .Prepend((At: email.CreatedAt, What: "queued", Text: null))
            .Concat(attempts.Select(a => (At: a.StartedAt, What: $"attempt {a.Number}", Text: (string?)Text(a))));
        foreach (var (at, what, text) in lines.OrderBy(line => line.At))
            table.AddRow(Terminal.Cell(Moment(at)), Terminal.Cell(what), Terminal.Cell(text));
        console.Write(table);
    }

    private static string Standing(Email email) =>
        email.EndedAt is { } ended
            ? $", ended {OperatorCommand.Show(ended)}"
            : (email.Lane == EmailLane.Held ? ", held" : "")
                + $", due {OperatorCommand.Show(email.DueAt)}, given up {OperatorCommand.Show(email.DeadlineAt)}";

    private static string Text(EmailAttempt attempt) =>
        string.Join(
            "  ",
            new[]
            {
                attempt.Outcome,
                attempt.MxHost,
                attempt.Tls,
                attempt.ReplyCode is { } code ? $"{code} {attempt.Reply}" : attempt.Reply,
                attempt.Rule is { } rule ? $"[rule {rule}]" : null,
                attempt.Source is { } source ? $"from {source}" : null,
            }.OfType<string>()
        );

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
