using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Cli.Top;

/// <summary>What <c>scaisend top</c> shows at one moment.</summary>
/// <param name="Providers">Of mail that has not ended, by who its last attempt went to.</param>
internal sealed record TopReading(
    DateTimeOffset At,
    Rates Rates,
    IReadOnlyList<TenantFill> Tenants,
    QueueGroups Providers,
    IReadOnlyList<Suspension> Suspensions
)
{
    public long Waiting => Tenants.Sum(t => t.Waiting);
    public long InFlight => Tenants.Sum(t => t.InFlight);
    public long Held => Tenants.Sum(t => t.Held);

    /// <summary>Since when the oldest mail that is due waits to be taken up; null when none is due.</summary>
    public DateTimeOffset? OldestDueAt => Tenants.Min(t => t.OldestDueAt);

    /// <summary>For programs.</summary>
    public object Body() =>
        new
        {
            at = At,
            per_second = new
            {
                accepted = Rates.Accepted,
                delivered = Rates.Delivered,
                deferred = Rates.Deferred,
                bounced = Rates.Bounced,
                dropped = Rates.Dropped,
            },
            queue = new
            {
                waiting = Waiting,
                in_flight = InFlight,
                held = Held,
                oldest_due_at = OldestDueAt,
                late_seconds = OldestDueAt is { } oldest ? (At - oldest).TotalSeconds : 0,
            },
            tenants = Tenants.Select(t => new
            {
                tenant_id = Ids.Show(Ids.Tenant, t.TenantId),
                slug = t.Slug,
                waiting = t.Waiting,
                in_flight = t.InFlight,
                held = t.Held,
                oldest_due_at = t.OldestDueAt,
            }),
            providers = Providers.Groups.Select(g => new { provider = g.Provider, count = g.Count }),
            providers_complete = Providers.IsComplete,
            suspensions = Suspensions.Select(s => AdminShape.Body(s, At)),
        };
}

/// <summary>Emails a second.</summary>
/// <param name="Bounced">Blocked ones, too.</param>
internal sealed record Rates(double Accepted, double Delivered, double Deferred, double Bounced, double Dropped);

/// <summary>A tenant's mail that has not ended.</summary>
/// <param name="Slug">Null when the tenant came after the command began.</param>
/// <param name="OldestDueAt">Null when none of it is due.</param>
internal sealed record TenantFill(Guid TenantId, string? Slug, long Waiting, long InFlight, long Held, DateTimeOffset? OldestDueAt);
