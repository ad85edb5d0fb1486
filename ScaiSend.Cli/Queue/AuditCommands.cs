using System.CommandLine;
using System.Globalization;
using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Queue;

/// <summary><c>scaisend audit list</c>: what operators did, newest first.</summary>
internal static class AuditCommands
{
    public static Command Audit()
    {
        var action = new Option<string?>("--action") { Description = $"One of {string.Join(", ", AuditLog.Actions)}" };
        var actor = new Option<string?>("--actor") { Description = "Who did it" };
        var tenant = new Option<string?>("--tenant") { Description = "What named this tenant: its id (tnt_…) or short name" };
        var limit = new Option<int>("--limit") { Description = "Most entries, 1 to 500", DefaultValueFactory = _ => 50 };
        var list = OperatorCommand.New(
            "list",
            "Lists what was done, newest first",
            [action, actor, tenant, limit],
            async (parsed, context, cancellationToken) =>
            {
                if (parsed.GetValue(action) is { } word && !AuditLog.Actions.Contains(word))
                    throw new WrongArgumentException($"--action is '{word}'; allowed are {string.Join(", ", AuditLog.Actions)}");
                var most = parsed.GetValue(limit);
                if (most is < 1 or > AuditEndpoints.MaxEntries)
                    throw new WrongArgumentException($"--limit is {most}; allowed is 1 to {AuditEndpoints.MaxEntries}");
                var tenantId = await FilterOptions.TenantAsync(parsed.GetValue(tenant), context, cancellationToken);
                var entries = await context
                    .Get<AuditLog>()
                    .ListAsync(parsed.GetValue(action), parsed.GetValue(actor), tenantId, null, most, cancellationToken);
                await context.PrintAsync(new { entries = entries.Select(AdminShape.Body) }, () => Text(entries));
                return 0;
            }
        );
        return new Command("audit", "Shows what operators did") { list };
    }

    private static string About(AuditEntry entry) =>
        string.Join(", ", AdminShape.Target(entry).Where(part => part.Value is not null).Select(part => $"{part.Key}: {part.Value}"));

    private static string Text(IReadOnlyList<AuditEntry> entries) =>
        entries.Count == 0
            ? "Nothing"
            : TextTable.Of(
                ["when", "who", "via", "action", "emails", "changed", "state", "about", "why", "entry"],
                entries.Select(
                    IReadOnlyList<string> (e) =>
                        [
                            OperatorCommand.Show(e.CreatedAt),
                            e.Actor,
                            e.Via,
                            e.Action,
                            e.Matched.ToString(CultureInfo.InvariantCulture),
                            e.Changed.ToString(CultureInfo.InvariantCulture),
                            e.FinishedAt is null ? "running" : "done",
                            About(e),
                            e.Reason,
                            Ids.Show(AdminShape.AuditId, e.Id),
                        ]
                )
            );
}
