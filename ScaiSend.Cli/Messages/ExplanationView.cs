using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Cli.Queue;
using Spectre.Console;

namespace ScaiSend.Cli.Messages;

/// <summary>An explanation for people.</summary>
internal static class ExplanationView
{
    public static void Write(IAnsiConsole console, ExplainedMessage message)
    {
        console.Write(Terminal.Cell($"{message.Id}  "));
        console.Write(new Text(message.Status + "\n", MessageView.StyleOf(message.Status)));
        if (message.Emails.Count != 1)
            console.Write(Terminal.Cell(message.Summary + "\n"));
        foreach (var note in message.Notes)
            console.Write(Terminal.Cell(note + "\n"));
        foreach (var advice in message.Actions)
            console.Write(Terminal.Cell(advice.Text + "\n"));
        foreach (var email in message.Emails)
            Write(console, email);
    }

    private static void Write(IAnsiConsole console, ExplainedEmail email)
    {
        console.WriteLine();
        console.Write(Terminal.Cell($"{email.ToEmail}  "));
        console.Write(new Text(email.Status + "\n", MessageView.StyleOf(email.Status)));
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0)).AddColumn();
        Add("", [email.Summary]);
        Add("certain", [email.Guarantee]);
        Add("because", email.Because.Select(Line));
        if (email.Next is { } next)
            Add("next", [Line(next)]);
        if (email.DeadlineAt is { } deadline)
            Add("given up", [OperatorCommand.Show(deadline)]);
        Add("afterwards", email.Afterwards.Select(Line));
        Add("not known", email.NotKnown);
        if (email.Operations is { } inside)
            Add("inside", [Line(inside)]);
        Add("you may", email.Actions.Select(Line));
        console.Write(grid);

        void Add(string head, IEnumerable<string> lines)
        {
            foreach (var line in lines)
            {
                grid.AddRow(new Text(head, new Style(decoration: Decoration.Bold)), Terminal.Cell(line));
                head = "";
            }
        }
    }

    private static string Line(Fact fact) =>
        (fact.At is { } at ? $"{OperatorCommand.Show(at)}  " : "")
        + fact.Text
        + (fact.Reply is { } reply ? $": {reply}" : "")
        + In(
            fact.Rule is { } rule ? $"rule {rule}" : null,
            fact.Provider is { } provider ? $"provider {provider}" : null,
            fact.MxHost is { } host ? $"host {host} {fact.MxAddress}" : null,
            fact.Step is { } step ? $"at {step}" : null,
            fact.TlsPolicy is { } tls ? $"TLS {tls}" : null,
            fact.SourceAddress is { } source ? $"from {source}" : null
        );

    private static string Line(NextStep next) =>
        $"{(next.At is { } at ? $"{OperatorCommand.Show(at)}  " : "")}{next.Text}"
        + In(next.Pool is { } pool ? $"pool {pool}" : null, next.SourceAddress is { } source ? $"from {source}" : null);

    private static string Line(Inside inside) =>
        $"lane {inside.Lane}, version {inside.Version}, {inside.Attempts} attempts, due {OperatorCommand.Show(inside.DueAt)}"
        + (inside.LeaseUntil is { } until ? $", leased until {OperatorCommand.Show(until)}" : "")
        + (inside.IsSpooled ? ", spooled" : "");

    private static string Line(Advice advice) =>
        advice.Text
        + In(
            advice.Command ?? (advice.Path is { } path ? $"{advice.Method} {path}" : null),
            advice is { Permission: { } scope, Command: null } ? $"needs {scope}" : null
        );

    private static string In(params string?[] parts)
    {
        var known = parts.OfType<string>().ToList();
        return known.Count == 0 ? "" : $" ({string.Join(", ", known)})";
    }
}
