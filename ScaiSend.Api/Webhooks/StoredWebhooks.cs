using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>What came of making or changing a webhook.</summary>
public enum WebhookChange
{
    Done,
    NoWebhook,
    TooMany,
    UrlTaken,
    HalfOfOAuth,
}

/// <summary>
/// The webhooks of a tenant, of both kinds. Whatever changes is in one transaction with the revision, so that events which commit later go by it, and with its entry in the audit log.
/// </summary>
public sealed class StoredWebhooks(MailDatabase database, TimeProvider time)
{
    /// <summary>Most webhooks of a kind that a tenant has.</summary>
    public const int Most = 50;

    private const int HashShown = 12;

    /// <summary>A page, the oldest first, and how many there are.</summary>
    /// <param name="isActive">Only those that are told of events, or only those that are not.</param>
    public async Task<(IReadOnlyList<WebhookEndpoint> Webhooks, int Total)> ListAsync(
        Guid tenantId,
        WebhookKind kind,
        bool? isActive,
        int skip,
        int take,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(tenantId);
        var found = db.WebhookEndpoints.AsNoTracking().Where(w => w.Kind == kind);
        if (isActive is { } active)
            found = found.Where(w => (w.IsEnabled && w.DisabledAt == null) == active);
        var total = await found.CountAsync(cancellationToken);
        return (await found.OrderBy(w => w.Id).Skip(skip).Take(take).ToListAsync(cancellationToken), total);
    }

    /// <summary>The webhook, or null when the tenant has none of this id.</summary>
    /// <param name="kind">Null: of either kind.</param>
    public async Task<WebhookEndpoint?> FindAsync(Guid tenantId, string id, WebhookKind? kind, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.Webhook, id, out var webhookId))
            return null;
        await using var db = database.For(tenantId);
        return await db
            .WebhookEndpoints.AsNoTracking()
            .SingleOrDefaultAsync(w => w.Id == webhookId && (kind == null || w.Kind == kind), cancellationToken);
    }

    /// <summary>The first event webhook, which requests without an id are about; null when there is none.</summary>
    public async Task<WebhookEndpoint?> OldestAsync(Guid tenantId, CancellationToken cancellationToken) =>
        (await ListAsync(tenantId, WebhookKind.Batch, isActive: null, skip: 0, take: 1, cancellationToken)).Webhooks is [var first]
            ? first
            : null;

    /// <summary>The event webhook that posts to this URL; null when there is none.</summary>
    public async Task<WebhookEndpoint?> AtUrlAsync(Guid tenantId, string url, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db
            .WebhookEndpoints.AsNoTracking()
            .FirstOrDefaultAsync(w => w.Kind == WebhookKind.Batch && w.Url == url, cancellationToken);
    }

    /// <summary>Stores a new one.</summary>
    public async Task<WebhookChange> AddAsync(WebhookEndpoint webhook, Act act, CancellationToken cancellationToken)
    {
        return (await WriteAsync(webhook.TenantId, Add, cancellationToken)).Change;

        (WebhookChange, WebhookEndpoint?) Add(MailDb db, List<WebhookEndpoint> webhooks)
        {
            if (webhooks.Count(w => w.Kind == webhook.Kind) >= Most)
                return (WebhookChange.TooMany, null);
            if (IsTaken(webhooks, webhook))
                return (WebhookChange.UrlTaken, null);
            db.WebhookEndpoints.Add(webhook);
            Note(db, act, "webhook_add", webhook, before: null, State(webhook));
            return (WebhookChange.Done, webhook);
        }
    }

    /// <summary>Changes the webhook unless the change itself says no.</summary>
    /// <param name="action">What the audit log calls it: <c>webhook_change</c>, or <c>webhook_secret</c> for a new secret.</param>
    public Task<(WebhookChange Change, WebhookEndpoint? Webhook)> ChangeAsync(
        Guid tenantId,
        string id,
        WebhookKind kind,
        Act act,
        string action,
        Func<WebhookEndpoint, WebhookChange> change,
        CancellationToken cancellationToken
    )
    {
        Ids.TryRead(Ids.Webhook, id, out var webhookId);
        return WriteAsync(tenantId, Change, cancellationToken);

        (WebhookChange, WebhookEndpoint?) Change(MailDb db, List<WebhookEndpoint> webhooks)
        {
            if (webhooks.Find(w => w.Id == webhookId && w.Kind == kind) is not { } webhook)
                return (WebhookChange.NoWebhook, null);
            var before = State(webhook);
            if (change(webhook) is var outcome and not WebhookChange.Done)
                return (outcome, null);
            if (IsTaken(webhooks, webhook))
                return (WebhookChange.UrlTaken, null);
            Note(db, act, action, webhook, before, State(webhook));
            return (WebhookChange.Done, webhook);
        }
    }

    /// <summary>Deletes the webhook with its deliveries and its log; false when the tenant has none of this id.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, string id, WebhookKind kind, Act act, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenantId, id, kind, cancellationToken) is not { } webhook)
            return false;
        // First what hangs on it: a request that breaks off can be made again.
        await WebhookRows.DeleteAsync(database, webhook.Id, cancellationToken);
        await WriteAsync(tenantId, Delete, cancellationToken);
        // And what was written meanwhile.
        await WebhookRows.DeleteAsync(database, webhook.Id, cancellationToken);
        return true;

        (WebhookChange, WebhookEndpoint?) Delete(MailDb db, List<WebhookEndpoint> webhooks)
        {
            if (webhooks.Find(w => w.Id == webhook.Id) is { } found)
            {
                db.WebhookEndpoints.Remove(found);
                Note(db, act, "webhook_delete", found, State(found), after: null);
            }
            return (WebhookChange.Done, null);
        }
    }

    private async Task<(WebhookChange Change, WebhookEndpoint? Webhook)> WriteAsync(
        Guid tenantId,
        Func<MailDb, List<WebhookEndpoint>, (WebhookChange, WebhookEndpoint?)> write,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<(WebhookChange, WebhookEndpoint?)> TryAsync()
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            // Whoever changes webhooks holds the tenant's row, so two cannot both be the last that is allowed.
            await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, t => t.Name), cancellationToken);
            var outcome = write(db, await db.WebhookEndpoints.ToListAsync(cancellationToken));
            if (outcome.Item1 != WebhookChange.Done)
                return outcome;
            await db.SaveChangesAsync(cancellationToken);
            await WebhookRevision.CountUpAsync(db, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return outcome;
        }
    }

    // SendGrid posts to a URL once. Webhooks of our own kind may share one, each with its own secret.
    private static bool IsTaken(List<WebhookEndpoint> webhooks, WebhookEndpoint webhook) =>
        webhook.Kind == WebhookKind.Batch
        && webhooks.Exists(w => w.Id != webhook.Id && w.Kind == WebhookKind.Batch && w.Url == webhook.Url);

    private void Note(MailDb db, Act act, string action, WebhookEndpoint webhook, object? before, object? after) =>
        AuditLog.Note(
            db,
            time,
            act,
            action,
            webhook.TenantId,
            new { WebhookId = Ids.Show(Ids.Webhook, webhook.Id), webhook.Kind },
            before,
            after
        );

    // Receivers put secrets into queries and paths: the log names the host alone, and that the rest is another.
    private static object State(WebhookEndpoint webhook) =>
        new
        {
            Host = Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) ? url.Host : null,
            UrlHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(webhook.Url)))[..HashShown],
            webhook.Events,
            webhook.IsEnabled,
        };
}
