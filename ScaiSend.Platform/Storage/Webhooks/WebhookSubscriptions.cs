using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Storage.Webhooks;

/// <summary>Which endpoints want to be told of what, at one moment.</summary>
public sealed class WebhookSubscriptions
{
    /// <summary>Reads the number that changes with every endpoint.</summary>
    public const string Revision = "SELECT revision FROM webhook_revisions WHERE id=1";

    private readonly FrozenDictionary<(Guid TenantId, string Type), Guid[]> _endpoints;

    public WebhookSubscriptions(IEnumerable<WebhookEndpoint> endpoints)
    {
        _endpoints = endpoints
            .SelectMany(e => TypesOf(e.Events).Select(type => (Key: (e.TenantId, type), e.Id)))
            .GroupBy(e => e.Key, e => e.Id)
            .ToFrozenDictionary(e => e.Key, e => e.ToArray());
    }

    /// <summary>The endpoints that are to be told.</summary>
    public IReadOnlyList<Guid> Of(Guid tenantId, string type) => _endpoints.GetValueOrDefault((tenantId, type)) ?? [];

    private static IEnumerable<string> TypesOf(string events) => events == "*" ? EventTypes.All : events.Split(' ');
}

/// <summary>One row; its number grows in the transaction of every change that matters to <see cref="WebhookSubscriptions"/>.</summary>
public sealed class WebhookRevision
{
    public int Id { get; init; }
    public long Revision { get; set; }

    /// <summary>Call in the transaction that adds, changes, disables or deletes an endpoint: events that commit later see it.</summary>
    public static Task CountUpAsync(MailDb db, CancellationToken cancellationToken) =>
        db.WebhookRevisions.ExecuteUpdateAsync(set => set.SetProperty(x => x.Revision, x => x.Revision + 1), cancellationToken);
}

/// <summary>Reads the subscriptions when they have changed, and keeps them otherwise.</summary>
public sealed class KnownSubscriptions(MailDatabase database)
{
    private (long Revision, WebhookSubscriptions Wanted) _known = (0, new WebhookSubscriptions([]));

    /// <summary>Those of the given revision, or newer ones.</summary>
    public async ValueTask<WebhookSubscriptions> AtAsync(long revision, CancellationToken cancellationToken)
    {
        var known = _known;
        if (known.Revision >= revision)
            return known.Wanted;
        await using var db = database.ForPlatform();
        var endpoints = await db
            .WebhookEndpoints.IgnoreQueryFilters()
            .AsNoTracking()
            .Where(e => e.IsEnabled && e.DisabledAt == null)
            .ToListAsync(cancellationToken);
        known = (revision, new WebhookSubscriptions(endpoints));
        _known = known;
        return known.Wanted;
    }
}
