using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>A part of a webhook's log, newest first.</summary>
/// <param name="Next">Where the next part begins; null at the end.</param>
public sealed record LogPart(IReadOnlyList<WebhookPost> Posts, Guid? Next);

/// <summary>Reads the log of a webhook's POSTs. Ids are in the order of time, so a part is a walk along the index (endpoint_id, id) from where the last one ended.</summary>
public sealed class PostLog(MailDatabase database)
{
    /// <summary>Most rows that are looked at for one part: where failures are rare a part may be short, even empty, and not the last.</summary>
    public const int MaxWalk = 5000;

    public async Task<LogPart> ReadAsync(
        WebhookEndpoint webhook,
        bool failedOnly,
        Guid? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(webhook.TenantId);
        var walk = Walk(db, webhook.Id, after);
        if (!failedOnly)
        {
            var posts = await walk.Take(limit).ToListAsync(cancellationToken);
            return new LogPart(posts, posts.Count == limit ? posts[^1].Id : null);
        }
        var failed = await walk.Take(MaxWalk)
            .Where(p => p.Status == null || p.Status < 200 || p.Status >= 300)
            .OrderByDescending(p => p.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);
        if (failed.Count == limit)
            return new LogPart(failed, failed[^1].Id);
        var ends = await walk.Skip(MaxWalk - 1).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken);
        return new LogPart(failed, ends);
    }

    /// <summary>When the events of failed POSTs are tried again, as far as that is among the next <see cref="MaxWalk"/> that the webhook is owed.</summary>
    // Index (state, endpoint_id, due_at).
    public async Task<IReadOnlyDictionary<Guid, DateTimeOffset>> NextTriesAsync(
        WebhookEndpoint webhook,
        IEnumerable<WebhookPost> posts,
        CancellationToken cancellationToken
    )
    {
        var failed = posts.Where(p => !p.IsTest && p.Status is not (>= 200 and < 300)).Select(p => (Guid?)p.Id).ToList();
        if (failed.Count == 0)
            return new Dictionary<Guid, DateTimeOffset>();
        await using var db = database.For(webhook.TenantId);
        var owed = await db
            .WebhookDeliveries.Where(d => d.EndpointId == webhook.Id && d.State == WebhookDeliveryState.Owed)
            .OrderBy(d => d.DueAt)
            .Take(MaxWalk)
            .Where(d => failed.Contains(d.PostId))
            .Select(d => new { d.PostId, d.DueAt })
            .ToListAsync(cancellationToken);
        return owed.GroupBy(d => d.PostId!.Value).ToDictionary(d => d.Key, d => d.Min(one => one.DueAt!.Value));
    }

    private static IQueryable<WebhookPost> Walk(MailDb db, Guid webhookId, Guid? after)
    {
        var id = webhookId.ToByteArray(bigEndian: true);
        var posts = after is { } last
            ? db.WebhookPosts.FromSqlRaw(
                "SELECT * FROM webhook_posts WHERE endpoint_id = {0} AND id < {1}",
                id,
                last.ToByteArray(bigEndian: true)
            )
            : db.WebhookPosts.Where(p => p.EndpointId == webhookId);
        return posts.AsNoTracking().OrderByDescending(p => p.Id);
    }
}
