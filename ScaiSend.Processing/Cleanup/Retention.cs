using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Processing.Cleanup;

/// <summary>How long one tenant's data is kept.</summary>
public sealed record Retention(Guid TenantId, TimeSpan Bodies, TimeSpan Events, TimeSpan Deliveries);

/// <summary>Knows each tenant's retention: its own settings before the instance's.</summary>
public sealed class Retentions(MailDatabase database, IOptions<RetentionOptions> options)
{
    public async Task<IReadOnlyList<Retention>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var own = await db.TenantSettings.IgnoreQueryFilters().AsNoTracking().ToDictionaryAsync(s => s.TenantId, cancellationToken);
        var tenants = await db.Tenants.IgnoreQueryFilters().Select(t => t.Id).ToListAsync(cancellationToken);
        var instance = options.Value;
        return
        [
            .. tenants.Select(id =>
            {
                var set = own.GetValueOrDefault(id);
                var events = Days(set?.KeepEventsDays) ?? instance.Events;
                var bodies = Days(set?.KeepBodiesDays) ?? instance.Bodies;
                // A body does not outlive its message.
                return new Retention(id, bodies < events ? bodies : events, events, Days(set?.KeepDeliveriesDays) ?? instance.Deliveries);
            }),
        ];
    }

    private static TimeSpan? Days(int? days) => days is { } some ? TimeSpan.FromDays(some) : null;
}
