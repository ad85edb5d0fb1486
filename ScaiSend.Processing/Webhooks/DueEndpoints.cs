using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>An endpoint that is owed something.</summary>
/// <param name="DueAt">Of what is due first.</param>
/// <param name="IsFailing">Its last POST failed.</param>
public sealed record DueEndpoint(Guid Id, Guid TenantId, WebhookKind Kind, DateTimeOffset DueAt, bool IsFailing);

/// <summary>
/// Finds the endpoints that something is due for, and takes them for this process.
/// GUARANTEE: two processes do not post to one endpoint at a time, as long as their clocks differ by less than <see cref="Margin"/>; a process that dies leaves its endpoints when their leases run out.
/// </summary>
internal sealed class DueEndpoints(MailDatabase database, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>What must be left of a lease, beside the time of a POST, when the POST begins.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private const int MostAtOnce = 10_000;
    private readonly Guid _ourselves = Ids.New(time);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _leases = new();
    private readonly TimeSpan _postLimit = options.Value.Timeout + Margin;
    private readonly TimeSpan _lease = (2 * options.Value.Timeout) + (3 * Margin);

    /// <summary>Those that are enabled, with something due, and nobody else's. Costs one look into the index of deliveries (state, endpoint_id, due_at) per endpoint, however much is owed.</summary>
    public async Task<IReadOnlyList<DueEndpoint>> FindAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT id,tenant_id,kind,due_at,failure_count FROM (SELECT w.id,w.tenant_id,w.kind,w.failure_count,")
            // Not MIN, which would read all that the endpoint is owed.
            .Sql("(SELECT d.due_at FROM webhook_deliveries d WHERE d.state=0 AND d.endpoint_id=w.id ORDER BY d.due_at LIMIT 1) AS due_at")
            .Sql(" FROM webhook_endpoints w WHERE w.is_enabled=1 AND w.disabled_at IS NULL AND (w.leased_by IS NULL OR w.leased_by=")
            .Id(_ourselves)
            .Sql(" OR w.leased_until<")
            .Alone()
            .Value(now)
            .Sql(")) x WHERE due_at<=")
            .Alone()
            .Value(now)
            .Sql($" ORDER BY due_at LIMIT {MostAtOnce}")
            .ReadAsync(cancellationToken);
        var due = new List<DueEndpoint>();
        while (await rows.ReadAsync(cancellationToken))
            due.Add(
                new DueEndpoint(rows.GetId(0), rows.GetId(1), (WebhookKind)rows.GetInt32(2), rows.GetMoment(3)!.Value, rows.GetInt32(4) > 0)
            );
        return due;
    }

    /// <summary>Takes those that are still free; answers them as they are stored now.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> TakeAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        // A lease that is long enough is not written again: an endpoint that is called every second would cost a commit each time.
        await KeepAsync(ids, cancellationToken);
        await using var db = database.ForPlatform();
        return await db
            .WebhookEndpoints.IgnoreQueryFilters()
            .AsNoTracking()
            .Where(e => ids.Contains(e.Id) && e.LeasedBy == _ourselves && e.IsEnabled && e.DisabledAt == null)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Keeps those whose lease is running out.</summary>
    public async Task KeepAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        await RenewAsync([.. ids.Where(id => !Holds(id, _lease / 2))], cancellationToken);

    /// <summary>Whether a POST that begins now will be over before the lease is.</summary>
    public bool MayPostTo(Guid id) => Holds(id, _postLimit);

    /// <summary>Leaves all to others.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        _leases.Clear();
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        await db
            .WebhookEndpoints.IgnoreQueryFilters()
            .Where(e => e.LeasedBy == _ourselves)
            .ExecuteUpdateAsync(
                set => set.SetProperty(e => e.LeasedBy, (Guid?)null).SetProperty(e => e.LeasedUntil, (DateTimeOffset?)null),
                cancellationToken
            );
    }

    private bool Holds(Guid id, TimeSpan forAtLeast) => _leases.TryGetValue(id, out var until) && until - time.GetUtcNow() >= forAtLeast;

    private async Task RenewAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return;
        var now = time.GetUtcNow();
        DateTimeOffset? until = now + _lease;
        using (await database.Dialect.TakeTurnAsync(cancellationToken))
        {
            await using var db = database.ForPlatform();
            await db
                .WebhookEndpoints.IgnoreQueryFilters()
                .Where(e =>
                    ids.Contains(e.Id) && (e.LeasedBy == null || e.LeasedBy == _ourselves || e.LeasedUntil == null || e.LeasedUntil < now)
                )
                .ExecuteUpdateAsync(
                    set => set.SetProperty(e => e.LeasedBy, (Guid?)_ourselves).SetProperty(e => e.LeasedUntil, until),
                    cancellationToken
                );
        }
        await using var reading = database.ForPlatform();
        var ours = await reading
            .WebhookEndpoints.IgnoreQueryFilters()
            .Where(e => ids.Contains(e.Id) && e.LeasedBy == _ourselves)
            .Select(e => new { e.Id, e.LeasedUntil })
            .ToListAsync(cancellationToken);
        if (_leases.Count > MostAtOnce)
            _leases.Clear();
        foreach (var id in ids)
            _leases.TryRemove(id, out _);
        foreach (var one in ours)
            _leases[one.Id] = one.LeasedUntil ?? now;
    }
}
