using System.CommandLine;
using System.Globalization;
using ScaiSend.Api.Admin;
using ScaiSend.Cli.Queue;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Policy;

/// <summary><c>scaisend policy revisions | show | apply | undo</c>: the policy that counts on all nodes.</summary>
internal static class RevisionCommands
{
    public static IEnumerable<Command> All() => [List(), Show(), Apply(), Undo()];

    private static Command List() =>
        OperatorCommand.New(
            "revisions",
            "Lists the policies that were put in force for all nodes, newest first",
            [],
            async (_, context, cancellationToken) =>
            {
                var revisions = await context.Get<PolicyRevisions>().ListAsync(cancellationToken);
                await context.PrintAsync(
                    new { revisions = revisions.Select(revision => PolicyShape.Revision(revision, withText: false)) },
                    () => Text(revisions)
                );
                return 0;
            }
        );

    private static Command Show()
    {
        var number = new Argument<int?>("NUMBER")
        {
            Description = "A revision; the newest when it is not said",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return OperatorCommand.New(
            "show",
            "Prints the text of a revision",
            [number],
            async (parsed, context, cancellationToken) =>
            {
                var revisions = context.Get<PolicyRevisions>();
                var wanted = parsed.GetValue(number) ?? await revisions.NewestAsync(cancellationToken);
                if (await revisions.FindAsync(wanted, cancellationToken) is not { } revision)
                    throw new WrongArgumentException(
                        wanted == PolicyRevisions.None
                            ? "No policy was put in force for all nodes: each goes by its own file (Delivery:PolicyFile), or by the starting set"
                            : Line($"There is no revision {wanted}")
                    );
                await context.PrintAsync(
                    PolicyShape.Revision(revision, withText: true),
                    () => revision.Text ?? Line($"# revision {wanted}: the nodes' own files count")
                );
                return 0;
            }
        );
    }

    private static Command Apply()
    {
        var file = new Argument<string?>("FILE") { Description = "A delivery policy", Arity = ArgumentArity.ZeroOrOne };
        var files = new Option<bool>("--files") { Description = "Lets the nodes' own files count again" };
        var reason = OperatorCommand.Reason();
        return OperatorCommand.New(
            "apply",
            "Puts a policy in force on all nodes, instead of their files; they go by it within seconds",
            [file, files, reason],
            async (parsed, context, cancellationToken) =>
            {
                var path = parsed.GetValue(file);
                if (path is null == !parsed.GetValue(files))
                    throw new WrongArgumentException("Say either a file, or --files to let the nodes' own files count again");
                var text = path is null ? null : ReadChecked(path);
                var revisions = context.Get<PolicyRevisions>();
                var newest = await revisions.NewestAsync(cancellationToken);
                var applied = await revisions.ApplyAsync(newest, text, context.Act(parsed.GetValue(reason)!), cancellationToken);
                return await ToldAsync(context, applied);
            }
        );
    }

    private static Command Undo()
    {
        var reason = OperatorCommand.Reason();
        return OperatorCommand.New(
            "undo",
            "Puts in force what counted before the newest revision",
            [reason],
            async (parsed, context, cancellationToken) =>
            {
                var revisions = context.Get<PolicyRevisions>();
                var newest = await revisions.NewestAsync(cancellationToken);
                if (newest == PolicyRevisions.None)
                    throw new WrongArgumentException("There is no revision to undo");
                return await ToldAsync(
                    context,
                    await revisions.UndoAsync(newest, context.Act(parsed.GetValue(reason)!), cancellationToken)
                );
            }
        );
    }

    private static string ReadChecked(string path)
    {
        var file = new PolicyFile(path);
        PolicyFiles.Read(file);
        return file.ReadText()!;
    }

    private static async Task<int> ToldAsync(OperatorContext context, PolicyRevision? revision)
    {
        if (revision is null)
            throw new SettingsException("The policy was changed meanwhile; look at it again (scaisend policy revisions)");
        await context.PrintAsync(
            PolicyShape.Revision(revision, withText: false),
            () => Line($"revision {revision.Number}: {Counts(revision)} on all nodes within seconds")
        );
        return 0;
    }

    private static string Text(IReadOnlyList<PolicyRevision> revisions) =>
        revisions.Count == 0
            ? "None: each node goes by its own file (Delivery:PolicyFile), or by the starting set"
            : TextTable.Of(
                ["revision", "since", "by", "counts", "reason"],
                revisions.Select(
                    IReadOnlyList<string> (r) =>
                        [r.Number.ToString(CultureInfo.InvariantCulture), OperatorCommand.Show(r.CreatedAt), r.Actor, Counts(r), r.Reason]
                )
            );

    private static string Counts(PolicyRevision revision) => revision.Text is null ? "the nodes' own files" : "its text";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
