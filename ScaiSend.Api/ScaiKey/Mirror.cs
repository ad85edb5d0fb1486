using System.Data;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.ScaiKey;

/// <summary>What is said to ScaiKey about an event.</summary>
/// <param name="IsApplied">False when it could not be taken, so that sending it again helps nothing.</param>
public sealed record EventAnswer(bool IsApplied, string Message);

/// <summary>
/// The mirror of what ScaiKey has: <c>partners</c>, <c>tenants</c>, <c>users</c> and groups with their members. One at a time changes it, whether by an event
/// or by a walk, so that what is newer can be told.
/// </summary>
public sealed class Mirror(MailDatabase database, TimeProvider time)
{
    /// <summary>Who ScaiKey is in the audit log.</summary>
    public const string Actor = "scaikey";

    /// <summary>How far ScaiKey's clock may be ahead. News of a later time would let nothing newer through for as long.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(10);

    // How an outcome begins in its row; the rest is the message.
    private const string Applied = "applied: ";
    private const string Refused = "refused: ";
    private const int LongestOutcome = 255;

    /// <summary>Takes an event once, however often it comes: its record commits together with what it changes (Decision 7).</summary>
    internal Task<EventAnswer> TakeAsync(ScaiKeyEvent received, CancellationToken cancellationToken) =>
        WriteAsync(
            async (db, stop) =>
            {
                if (await db.ProcessedWebhookEvents.AsNoTracking().SingleOrDefaultAsync(e => e.EventId == received.Id, stop) is { } known)
                    return Answer(known.Outcome);
                var outcome =
                    received.Trouble is { } trouble ? Refused + trouble
                    : received.News!.At > time.GetUtcNow() + MostAhead
                        ? $"{Refused}timestamp lies more than {MostAhead.TotalMinutes:0} minutes ahead"
                    : await ApplyAsync(db, received, stop);
                db.ProcessedWebhookEvents.Add(
                    new ProcessedWebhookEvent
                    {
                        EventId = received.Id!,
                        Type = received.Type,
                        Outcome = outcome.Length > LongestOutcome ? outcome[..LongestOutcome] : outcome,
                        ReceivedAt = time.GetStoredNow(),
                    }
                );
                await db.SaveChangesAsync(stop);
                return Answer(outcome);
            },
            cancellationToken
        );

    /// <summary>Changes the mirror in one transaction, alone. The work may run again when the database was away for a moment.</summary>
    internal async Task<T> WriteAsync<T>(Func<MailDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        // ScaiKey's news are about all tenants.
        await using var db = database.ForPlatform();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync, cancellationToken);

        async Task<T> TryAsync(CancellationToken stop)
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
            await HoldAsync(db, stop);
            var answer = await work(db, stop);
            await transaction.CommitAsync(stop);
            return answer;
        }
    }

    /// <summary>Works news into the rows and says what came of each.</summary>
    /// <param name="seenAt">When the walk began that has met what they are about; null when none has.</param>
    /// <param name="isDryRun">Nothing is written.</param>
    internal async Task<IReadOnlyList<(MirrorOutcome Outcome, string? Reason)>> ApplyAsync(
        MailDb db,
        IReadOnlyList<ScaiKeyNews> news,
        DateTimeOffset? seenAt,
        Operator who,
        string reason,
        bool isDryRun,
        CancellationToken cancellationToken
    )
    {
        var known = await KnownThings.ReadAsync(db, news, cancellationToken);
        var change = new MirrorChange(db, known, time);
        var outcomes = new List<(MirrorOutcome, string?)>();
        foreach (var one in news)
        {
            outcomes.Add(one.Trouble is { } trouble ? (MirrorOutcome.Refused, trouble) : await change.ApplyAsync(one, cancellationToken));
            if (seenAt is not null)
                known.FindOrAdd(ResourceTypes.Whole(one.Kind), one.Id).SeenAt = seenAt;
        }
        if (isDryRun)
            return outcomes;
        foreach (var (tenant, action) in change.ToAudit)
            db.AuditEntries.Add(Entry(tenant.Id, tenant.ExternalId!, action, who, reason));
        await ClearAsync(db, change, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return outcomes;
    }

    private async Task<string> ApplyAsync(MailDb db, ScaiKeyEvent received, CancellationToken cancellationToken)
    {
        var news = received.News!;
        var reason = $"Event {received.Id}";
        var applied = await ApplyAsync(db, [news], null, new Operator(Actor, "api"), reason, isDryRun: false, cancellationToken);
        var what = ResourceTypes.Whole(news.Kind);
        return applied[0].Outcome switch
        {
            MirrorOutcome.Added => $"{Applied}{what} added",
            MirrorOutcome.Changed => $"{Applied}{what} changed",
            MirrorOutcome.Deleted => $"{Applied}{what} deleted",
            MirrorOutcome.Same => $"{Applied}nothing to change",
            MirrorOutcome.Older => $"{Applied}something newer is known",
            MirrorOutcome.Refused => Refused + applied[0].Reason,
            _ => throw new InvalidOperationException($"No such outcome: {applied[0].Outcome}"),
        };
    }

    private static EventAnswer Answer(string outcome) =>
        outcome.StartsWith(Applied, StringComparison.Ordinal)
            ? new EventAnswer(true, outcome[Applied.Length..])
            : new EventAnswer(false, outcome[Refused.Length..]);

    // The first statement of the transaction, so that it sees what the one before has committed.
    private Task HoldAsync(MailDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            "INSERT INTO scaikey_resources (type,external_id,state_at,is_deleted) VALUES ({0},{1},{2},{3})"
                + database.Dialect.OnConflictUpdate("type,external_id", Held),
            [ResourceTypes.Lock, Actor, time.GetUtcNow().ToUnixTimeMilliseconds(), false],
            cancellationToken
        );

    private static readonly string[] Held = ["state_at"];

    private AuditEntry Entry(Guid tenantId, string externalId, string action, Operator who, string reason) =>
        new()
        {
            Id = Ids.New(time),
            Action = action,
            Actor = who.Name,
            Via = who.Via,
            Reason = reason,
            Target = System.Text.Json.JsonSerializer.Serialize(new { tenant_id = tenantId, scaikey_id = externalId }, AuditLog.Json),
            TenantId = tenantId,
            CreatedAt = time.GetUtcNow(),
            FinishedAt = time.GetUtcNow(),
        };

    private static async Task ClearAsync(MailDb db, MirrorChange change, CancellationToken cancellationToken)
    {
        if (change.UsersToClear is { Count: > 0 } users)
        {
            // A user may have roles in any tenant.
            await db.UserRoles.IgnoreQueryFilters().Where(r => users.Contains(r.UserId)).ExecuteDeleteAsync(cancellationToken);
            await db.GroupMembers.IgnoreQueryFilters().Where(m => users.Contains(m.UserId)).ExecuteDeleteAsync(cancellationToken);
            await db.LoginGrants.Where(g => users.Contains(g.UserId)).ExecuteDeleteAsync(cancellationToken);
        }
        foreach (var (group, externalId) in change.GroupsToClear.Select(g => (g, g.ExternalId!)))
        {
            var (tenant, id, half) = (group.TenantId, group.Id, KnownThings.Half(externalId));
            await db
                .GroupMembers.IgnoreQueryFilters()
                .Where(m => m.TenantId == tenant && m.GroupId == id)
                .ExecuteDeleteAsync(cancellationToken);
            await db
                .NestedGroups.IgnoreQueryFilters()
                .Where(n => n.TenantId == tenant && (n.ParentId == id || n.ChildId == id))
                .ExecuteDeleteAsync(cancellationToken);
            await db
                .GroupRoles.IgnoreQueryFilters()
                .Where(r => r.TenantId == tenant && r.GroupId == id)
                .ExecuteDeleteAsync(cancellationToken);
            await db
                .ScaiKeyResources.Where(r => r.Type == ResourceTypes.Member && r.ExternalId.StartsWith(half))
                .ExecuteDeleteAsync(cancellationToken);
        }
    }
}
