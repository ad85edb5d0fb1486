using System.CommandLine;
using ScaiSend.Api.Admin;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Nodes;

namespace ScaiSend.Cli.Queue;

/// <summary><c>scaisend nodes</c>: the processes of this installation.</summary>
internal static class NodesCommand
{
    public static Command New() =>
        OperatorCommand.New(
            "nodes",
            "Lists the processes of this installation: roles, version, policy, and when they were last heard of",
            [],
            async (_, context, cancellationToken) =>
            {
                await using var db = context.Get<MailDatabase>().ForPlatform();
                var nodes = await db.ListNodesAsync(NodeEndpoints.MaxListed, cancellationToken);
                var now = context.Now;
                await context.PrintAsync(new { nodes = nodes.Select(n => PolicyShape.Body(n, now)) }, () => Text(nodes, now));
                return 0;
            }
        );

    private static string Text(IReadOnlyList<Node> nodes, DateTimeOffset now) =>
        nodes.Count == 0
            ? "Nothing"
            : TextTable.Of(
                ["node", "roles", "version", "policy", "started", "last heard of", ""],
                nodes.Select(
                    IReadOnlyList<string> (n) =>
                        [
                            n.Name,
                            n.Roles,
                            n.Version,
                            n.Policy ?? "starting set",
                            OperatorCommand.Show(n.StartedAt),
                            OperatorCommand.Show(n.SeenAt),
                            now - n.SeenAt >= NodeHeartbeat.GoneAfter ? "gone"
                            : n.PolicyTrouble is { } trouble ? $"refuses a policy: {trouble}"
                            : "",
                        ]
                )
            );
}
