using System.CommandLine;
using ScaiSend.Api.Admin;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Sagas.Queue;

namespace ScaiSend.Cli.Queue;

/// <summary>One action on the queue: shows the count, asks, and carries it out. What it leaves undone when it is stopped, a worker finishes.</summary>
internal static class QueueActionCommand
{
    public static Command New(QueueAction action, string description)
    {
        var filter = new FilterOptions();
        var reason = OperatorCommand.Reason();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only shows the count" };
        var yes = new Option<bool>("--yes") { Description = "Does not ask" };
        return OperatorCommand.New(
            AuditLog.Word(action),
            description,
            [.. filter.All, reason, dryRun, yes],
            async (parsed, context, cancellationToken) =>
            {
                var wanted = await filter.ReadAsync(parsed, context, cancellationToken);
                if (!wanted.NamesMail())
                    throw new WrongArgumentException("Name at least one of --tenant, --domain, --provider, --batch and --message");
                var why = context.Act(parsed.GetValue(reason)!).Reason;
                return await RunAsync(action, wanted, why, parsed.GetValue(dryRun), parsed.GetValue(yes), context, cancellationToken);
            }
        );
    }

    private static async Task<int> RunAsync(
        QueueAction action,
        QueueFilter filter,
        string reason,
        bool isDryRun,
        bool isSure,
        OperatorContext context,
        CancellationToken cancellationToken
    )
    {
        var preview = await context.Get<QueueCount>().PreviewAsync(action, filter, TimeSpan.MaxValue, cancellationToken);
        if (isDryRun)
        {
            await context.PrintAsync(AdminShape.Body(AuditLog.Word(action), preview), () => Text(action, preview));
            return 0;
        }
        if (!isSure && !await IsConfirmedAsync(Text(action, preview), context, cancellationToken))
            return OperatorCommand.NotConfirmed;
        var entry = await context.Get<AuditLog>().OpenAsync(action, filter, reason, context.Who, isOurs: true, cancellationToken);
        await context.Get<CarryOut>().RunAsync(entry, null, cancellationToken);
        await context.PrintAsync(AdminShape.Body(entry), () => Text(action, entry));
        return entry.FinishedAt is null ? OperatorCommand.Trouble : 0;
    }

    private static async Task<bool> IsConfirmedAsync(string question, OperatorContext context, CancellationToken cancellationToken)
    {
        await context.Console.Error.WriteLineAsync(question);
        if (Console.IsInputRedirected)
        {
            await context.Console.Error.WriteLineAsync("Nothing was done: say --yes to do it, or --dry-run to see the count only");
            return false;
        }
        await context.Console.Error.WriteAsync("Type yes to do it: ");
        string? answer = null;
        try
        {
            answer = await Terminal.AskedAsync(Console.ReadLine, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await context.Console.Error.WriteLineAsync();
        }
        if (answer?.Trim() == "yes")
            return true;
        await context.Console.Error.WriteLineAsync("Nothing was done");
        return false;
    }

    private static string Text(QueueAction action, QueuePreview preview) =>
        $"{AuditLog.Word(action)}: {preview.Count} emails"
        + (preview.BeingSent > 0 ? $"; {preview.BeingSent} more are being sent right now and are left alone" : "");

    private static string Text(QueueAction action, AuditEntry entry) =>
        $"{AuditLog.Word(action)}: {entry.Changed} of {entry.Matched} emails"
        + (entry.Changed < entry.Matched ? "; the others had moved on meanwhile" : "")
        + (entry.BeingSent > 0 ? $"; {entry.BeingSent} more were being sent and were left alone" : "")
        + (entry.FinishedAt is null ? "; stopped here, a worker goes on with it" : "")
        + $"\naudit entry {Contracts.Ids.Show(AdminShape.AuditId, entry.Id)}";
}
