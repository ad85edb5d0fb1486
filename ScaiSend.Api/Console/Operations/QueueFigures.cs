using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Nodes;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Api.Console.Operations;

/// <summary>How many emails of one kind wait, by their states.</summary>
/// <param name="DueAt">When the first of those that nobody holds is due, or was; null when none waits for a time.</param>
public sealed record QueueLine(string Name, long Queued, long Moving, long Deferred, long Held, DateTimeOffset? DueAt)
{
    public long Total => Queued + Moving + Deferred + Held;
}

/// <summary>What operators see of the queue.</summary>
/// <param name="IsComplete">False when the time was up before all was counted: there is more.</param>
public sealed record QueueView(
    long Total,
    bool IsComplete,
    IReadOnlyList<QueueLine> Providers,
    IReadOnlyList<QueueLine> Tenants,
    IReadOnlyList<Suspension> Suspensions,
    IReadOnlyList<Node> Nodes
);

/// <summary>Reads the queue for its page: what waits for whom and whose it is, which providers get nothing, and which processes there are.</summary>
public sealed class QueueFigures(QueueCount count, SuspensionTable suspensions, MailDatabase database)
{
    /// <summary>How long a page may count; then it shows what it has.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private const int MaxLines = 30;
    private const int MaxNodes = 200;

    private static readonly string[] Keys = ["tenant", "provider", "state", "held"];

    public async Task<QueueView> ReadAsync(CancellationToken cancellationToken)
    {
        var groups = await count.GroupAsync(new QueueFilter(), Keys, Limit, cancellationToken);
        await using var db = database.ForPlatform();
        var nodes = await db.ListNodesAsync(MaxNodes, cancellationToken);
        var names = await db.SlugsAsync(groups.Groups.Select(TenantOf), cancellationToken);
        return new QueueView(
            groups.Total,
            groups.IsComplete,
            Lines(groups, group => group.Provider ?? "not tried yet"),
            Lines(groups, group => names.GetValueOrDefault(TenantOf(group), group.Tenant ?? "")),
            await suspensions.ListAsync(activeOnly: true, cancellationToken),
            nodes
        );
    }

    private static Guid TenantOf(QueueGroup group) => Ids.TryRead(Ids.Tenant, group.Tenant ?? "", out var id) ? id : Guid.Empty;

    private static List<QueueLine> Lines(QueueGroups groups, Func<QueueGroup, string> name) =>
        [
            .. groups
                .Groups.GroupBy(name)
                .Select(all => new QueueLine(
                    all.Key,
                    Sum(all, group => group.State == "queued"),
                    Sum(all, group => group.State is "processed" or "delivering"),
                    Sum(all, group => group.State == "deferred"),
                    all.Where(group => group.Held == true).Sum(group => group.Count),
                    all.Where(group => group.Held != true).Min(group => group.DueAt)
                ))
                .OrderByDescending(line => line.Total)
                .Take(MaxLines),
        ];

    private static long Sum(IEnumerable<QueueGroup> groups, Func<QueueGroup, bool> which) =>
        groups.Where(group => group.Held != true && which(group)).Sum(group => group.Count);
}
