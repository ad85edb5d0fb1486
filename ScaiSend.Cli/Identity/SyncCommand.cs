using System.CommandLine;
using System.Globalization;
using ScaiSend.Api.ScaiKey;
using ScaiSend.Cli.Queue;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Identity;

/// <summary><c>scaisend sync --full</c>: walks through everything that ScaiKey has; for a first install, or after webhooks were missed.</summary>
internal static class SyncCommand
{
    public static Command New()
    {
        var full = new Option<bool>("--full")
        {
            Description = "Walks through partners, tenants, users and groups; there is no other way yet",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Writes nothing, and prints what would be done" };
        var restart = new Option<bool>("--restart") { Description = "Begins anew instead of going on with a walk that was broken off" };
        var empty = new Option<bool>("--allow-empty")
        {
            Description = "Believes a listing without anything, and deletes all that is known",
        };
        return OperatorCommand.New(
            "sync",
            "Mirrors partners, tenants, users and groups from ScaiKey; safe while everything runs, and goes on where it was broken off",
            [full, dryRun, restart, empty],
            (parsed, context, cancellationToken) =>
            {
                if (!parsed.GetValue(full))
                    throw new WrongArgumentException("Say --full: it walks through everything");
                if (context.Get<ScaiKeyListing>().Missing is { } missing)
                    throw new WrongArgumentException(missing);
                var options = new WalkOptions(context.Who, parsed.GetValue(dryRun), parsed.GetValue(restart), parsed.GetValue(empty));
                return RunAsync(options, context, cancellationToken);
            }
        );
    }

    private static async Task<int> RunAsync(WalkOptions options, OperatorContext context, CancellationToken cancellationToken)
    {
        using var progress = new SyncProgress(context.Console.Error);
        try
        {
            var result = await context.Get<MirrorWalk>().RunAsync(options, progress.Show, cancellationToken);
            progress.End();
            foreach (var trouble in result.Troubles)
                await context.Console.Error.WriteLineAsync($"Refused: {trouble}");
            if (!options.IsDryRun)
                await context
                    .Get<AuditLog>()
                    .AddDoneAsync("sync", new { full = true, counts = result.Counts }, "", context.Who, cancellationToken);
            await context.PrintAsync(Body(options, result), () => Text(options, result));
            return result.Counts.All().Any(kind => kind.Counts.Refused > 0) ? OperatorCommand.Trouble : 0;
        }
        catch (ScaiKeyException e)
        {
            progress.End();
            await context.Console.Error.WriteLineAsync($"{e.Message}. The next sync goes on here");
            return OperatorCommand.Trouble;
        }
        catch (WalkStoppedException e)
        {
            progress.End();
            await context.Console.Error.WriteLineAsync(e.Message);
            return OperatorCommand.NotConfirmed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            progress.End();
            await context.Console.Error.WriteLineAsync("Broken off; the next sync goes on here");
            return OperatorCommand.Trouble;
        }
    }

    private static object Body(WalkOptions options, WalkResult result) =>
        new
        {
            dry_run = options.IsDryRun,
            resumed = result.HasGoneOn,
            counts = result
                .Counts.All()
                .ToDictionary(
                    kind => kind.Name,
                    kind => new
                    {
                        added = kind.Counts.Added,
                        changed = kind.Counts.Changed,
                        same = kind.Counts.Same,
                        deleted = kind.Counts.Deleted,
                        skipped_as_newer = kind.Counts.Newer,
                        refused = kind.Counts.Refused,
                    }
                ),
        };

    private static string Text(WalkOptions options, WalkResult result) =>
        (result.HasGoneOn ? "Went on with a walk that had been broken off\n" : "")
        + (options.IsDryRun ? "Nothing was written; this would be done:\n" : "")
        + TextTable.Of(
            ["KIND", "ADDED", "CHANGED", "SAME", "DELETED", "NEWER", "REFUSED"],
            result
                .Counts.All()
                .Select(kind =>
                    (string[])
                        [
                            kind.Name,
                            .. (
                                (int[])
                                    [
                                        kind.Counts.Added,
                                        kind.Counts.Changed,
                                        kind.Counts.Same,
                                        kind.Counts.Deleted,
                                        kind.Counts.Newer,
                                        kind.Counts.Refused,
                                    ]
                            ).Select(count => count.ToString(CultureInfo.InvariantCulture)),
                        ]
                )
        );
}
