using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.ScaiKey;

/// <summary>How to walk.</summary>
/// <param name="IsDryRun">Nothing is written, and nothing remembered.</param>
/// <param name="IsNew">A walk that was broken off is not gone on with.</param>
/// <param name="AllowsEmpty">A listing without anything is believed, though things are known.</param>
public sealed record WalkOptions(Operator Who, bool IsDryRun, bool IsNew, bool AllowsEmpty);

/// <summary>How far a walk is.</summary>
/// <param name="Stage">What is walked through, such as <c>users</c>.</param>
/// <param name="Total">How many there are, when ScaiKey says so.</param>
public sealed record WalkProgress(string Stage, int Done, int? Total);

/// <summary>What a walk did.</summary>
/// <param name="HasGoneOn">Whether it went on with one that had been broken off.</param>
/// <param name="Troubles">Why things could not be taken; the first of them.</param>
public sealed record WalkResult(WalkCounts Counts, bool HasGoneOn, IReadOnlyList<string> Troubles);

/// <summary>The walk does not go on by itself; the text says why, and what to do.</summary>
public sealed class WalkStoppedException(string message) : Exception(message);

/// <summary>
/// Walks through everything that ScaiKey has and mirrors it; at the end, what was not met is deleted. Each page commits with the place where the next one
/// begins, so a walk that is broken off goes on there. Safe beside webhooks: whatever is newer than a page stays.
/// </summary>
public sealed class MirrorWalk(Mirror mirror, MailDatabase database, ScaiKeyListing listing, TimeProvider time)
{
    /// <summary>How old a walk may be that is gone on with; after that ScaiKey has changed too much.</summary>
    public static readonly TimeSpan GoesOnFor = TimeSpan.FromDays(1);

    /// <summary>How many things are deleted in one transaction.</summary>
    public const int DeletionsAtOnce = 100;

    private const int MostTroubles = 20;

    // A page may be empty for reasons of its own; so many in a row are not.
    private const int MostStale = 100;

    // Last comes what needs the others, and is deleted first.
    private static readonly ScaiKeyKind[] Kinds = [ScaiKeyKind.Partner, ScaiKeyKind.Tenant, ScaiKeyKind.User, ScaiKeyKind.Group];

    private const string Deletions = "deletions";

    /// <exception cref="ScaiKeyException">ScaiKey does not answer; the next walk goes on here.</exception>
    /// <exception cref="WalkStoppedException">It needs somebody to decide.</exception>
    public async Task<WalkResult> RunAsync(WalkOptions options, Action<WalkProgress> report, CancellationToken cancellationToken)
    {
        var now = await listing.ConnectAsync(cancellationToken);
        var (run, hasGoneOn) = await OpenAsync(options, now, cancellationToken);
        var walk = new Walk(options, run, report);
        foreach (var kind in Kinds.SkipWhile(kind => run.Stage != ResourceTypes.Whole(kind)))
            await WalkThroughAsync(walk, kind, cancellationToken);
        await DeleteUnmetAsync(walk, cancellationToken);
        return new WalkResult(walk.Counts, hasGoneOn, walk.Troubles);
    }

    private async Task<(SyncRun Run, bool HasGoneOn)> OpenAsync(
        WalkOptions options,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var first = ResourceTypes.Whole(Kinds[0]);
        if (options.IsDryRun)
            return (New(now), false);
        return await mirror.WriteAsync(
            async (db, stop) =>
            {
                var last = await db.SyncRuns.OrderByDescending(r => r.StartedAt).FirstOrDefaultAsync(stop);
                if (last is { FinishedAt: null } && !options.IsNew && now - last.StartedAt < GoesOnFor)
                    return (last, true);
                // A little later than the one before, so that it is known by which a thing was met.
                var run = New(last is not null && now <= last.StartedAt ? last.StartedAt.AddMilliseconds(1) : now);
                await db.SyncRuns.Where(r => r.FinishedAt == null).ExecuteDeleteAsync(stop);
                db.SyncRuns.Add(run);
                await db.SaveChangesAsync(stop);
                return (run, false);
            },
            cancellationToken
        );

        SyncRun New(DateTimeOffset startedAt) =>
            new()
            {
                Id = Ids.New(time),
                StartedAt = startedAt,
                Stage = first,
            };
    }

    private async Task WalkThroughAsync(Walk walk, ScaiKeyKind kind, CancellationToken cancellationToken)
    {
        do
        {
            var page = await listing.PageAsync(kind, walk.Cursor, cancellationToken);
            var news = page.Items.Select(item => News(kind, item, page.AsOf)).ToList();
            // Not until all is met twice: a listing that has no end would be walked through for ever.
            var met = walk.Met.Count;
            walk.Met.UnionWith(news.Select(n => (n.Kind, n.Id)));
            walk.Stale = walk.Met.Count > met ? 0 : walk.Stale + 1;
            if (walk.Stale > MostStale)
                throw new ScaiKeyException(
                    $"ScaiKey's listing of {ResourceTypes.Whole(kind)}s has brought nothing new for {MostStale} pages, and does not end"
                );
            var next = page.Next is null ? After(kind) : walk.Stage;
            await StepAsync(
                walk,
                kind,
                next,
                page.Next,
                (db, stop) => mirror.ApplyAsync(db, news, walk.StartedAt, walk.Options.Who, walk.Reason, walk.Options.IsDryRun, stop),
                cancellationToken
            );
            walk.Report(new WalkProgress($"{ResourceTypes.Whole(kind)}s", walk.Counts.Of(kind).Met(), page.Total));
        } while (walk.Stage == ResourceTypes.Whole(kind));
    }

    private static string After(ScaiKeyKind kind) =>
        kind == Kinds[^1] ? Deletions : ResourceTypes.Whole(Kinds[Array.IndexOf(Kinds, kind) + 1]);

    // One that cannot be read was met all the same; it is not deleted.
    private static ScaiKeyNews News(ScaiKeyKind kind, JsonElement item, DateTimeOffset at)
    {
        string id;
        try
        {
            id = item.ValueKind == JsonValueKind.Object ? NewsReader.Id(item, "id") : throw new NewsException("it is no object");
        }
        catch (Exception e) when (e is NewsException or InvalidOperationException)
        {
            throw new ScaiKeyException($"ScaiKey's listing of {ResourceTypes.Whole(kind)}s has an item that cannot be read: {e.Message}");
        }
        try
        {
            return NewsReader.State(kind, id, at, item);
        }
        catch (Exception e) when (e is NewsException or InvalidOperationException)
        {
            return new ScaiKeyNews(kind, id, at) { Trouble = e.Message };
        }
    }

    private async Task DeleteUnmetAsync(Walk walk, CancellationToken cancellationToken)
    {
        if (!walk.Options.AllowsEmpty)
            await RefuseEmptyAsync(walk, cancellationToken);
        foreach (var kind in Kinds.Reverse())
        {
            for (var skip = 0; ; skip += DeletionsAtOnce)
            {
                var deleted = 0;
                await StepAsync(
                    walk,
                    kind,
                    Deletions,
                    null,
                    async (db, stop) =>
                    {
                        var ids = await Unmet(db, walk, kind, walk.Options.IsDryRun ? skip : 0).ToListAsync(stop);
                        deleted = ids.Count;
                        if (walk.Options.IsDryRun)
                            return [.. ids.Where(id => !walk.Met.Contains((kind, id))).Select(_ => (MirrorOutcome.Deleted, (string?)null))];
                        var news = ids.Select(id => new ScaiKeyNews(kind, id, walk.StartedAt) { IsDeleted = true }).ToList();
                        return await mirror.ApplyAsync(db, news, null, walk.Options.Who, walk.Reason, isDryRun: false, stop);
                    },
                    cancellationToken
                );
                if (deleted < DeletionsAtOnce)
                    break;
                walk.Report(new WalkProgress($"deleted {ResourceTypes.Whole(kind)}s", walk.Counts.Of(kind).Deleted, null));
            }
        }
        await FinishAsync(walk, cancellationToken);
    }

    // A listing that has lost everything is more likely than a ScaiKey that has.
    private async Task RefuseEmptyAsync(Walk walk, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        foreach (var kind in Kinds.Where(kind => walk.Counts.Of(kind).Met() == 0))
        {
            if (await Unmet(db, walk, kind, 0).AnyAsync(cancellationToken))
                throw new WalkStoppedException(
                    $"ScaiKey's listing of {ResourceTypes.Whole(kind)}s is empty, and some are known here. Nothing was deleted. "
                        + "Look again with --restart, or delete them all with --allow-empty"
                );
        }
    }

    // What has only been named by others has no news of its own, nothing to lose, and may come yet. A dry run has marked nothing, so it sees all that is known.
    private static IQueryable<string> Unmet(MailDb db, Walk walk, ScaiKeyKind kind, int skip)
    {
        var (type, start) = (ResourceTypes.Whole(kind), walk.StartedAt);
        var unmet = db.ScaiKeyResources.Where(r =>
            r.Type == type && !r.IsDeleted && r.StateAt <= start && r.StateAt > DateTimeOffset.UnixEpoch
        );
        if (!walk.Options.IsDryRun)
            unmet = unmet.Where(r => r.SeenAt == null || r.SeenAt < start);
        return unmet.OrderBy(r => r.ExternalId).Select(r => r.ExternalId).Skip(skip).Take(DeletionsAtOnce);
    }

    // What is done commits with how far the walk is.
    private async Task StepAsync(
        Walk walk,
        ScaiKeyKind kind,
        string stage,
        string? cursor,
        Func<MailDb, CancellationToken, Task<IReadOnlyList<(MirrorOutcome Outcome, string? Reason)>>> work,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<(MirrorOutcome Outcome, string? Reason)> outcomes;
        WalkCounts counts;
        if (walk.Options.IsDryRun)
        {
            await using var db = database.ForPlatform();
            outcomes = await work(db, cancellationToken);
            counts = walk.Counts.With(kind, outcomes.Select(o => o.Outcome));
        }
        else
            (outcomes, counts) = await mirror.WriteAsync(
                async (db, stop) =>
                {
                    var done = await work(db, stop);
                    var sum = walk.Counts.With(kind, done.Select(o => o.Outcome));
                    await MoveAsync(db, walk, stage, cursor, sum, null, stop);
                    return (done, sum);
                },
                cancellationToken
            );
        (walk.Stage, walk.Cursor, walk.Counts) = (stage, cursor, counts);
        walk.Troubles.AddRange(outcomes.Select(o => o.Reason).OfType<string>().Take(MostTroubles - walk.Troubles.Count));
    }

    private async Task FinishAsync(Walk walk, CancellationToken cancellationToken)
    {
        if (!walk.Options.IsDryRun)
            await mirror.WriteAsync(
                async (db, stop) =>
                {
                    await MoveAsync(db, walk, Deletions, null, walk.Counts, time.GetStoredNow(), stop);
                    return true;
                },
                cancellationToken
            );
    }

    private static async Task MoveAsync(
        MailDb db,
        Walk walk,
        string stage,
        string? cursor,
        WalkCounts counts,
        DateTimeOffset? finishedAt,
        CancellationToken cancellationToken
    )
    {
        var (id, oldStage, oldCursor, written) = (walk.Id, walk.Stage, walk.Cursor, counts.Write());
        var moved = await db
            .SyncRuns.Where(r => r.Id == id && r.Stage == oldStage && r.Cursor == oldCursor && r.FinishedAt == null)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(r => r.Stage, stage)
                        .SetProperty(r => r.Cursor, cursor)
                        .SetProperty(r => r.Counts, written)
                        .SetProperty(r => r.FinishedAt, finishedAt),
                cancellationToken
            );
        if (moved == 0)
            throw new WalkStoppedException("Another sync is at it; this one has stopped");
    }

    /// <summary>A walk on its way.</summary>
    private sealed class Walk(WalkOptions options, SyncRun run, Action<WalkProgress> report)
    {
        public WalkOptions Options { get; } = options;
        public Action<WalkProgress> Report { get; } = report;
        public Guid Id { get; } = run.Id;
        public DateTimeOffset StartedAt { get; } = run.StartedAt;
        public string Reason { get; } = $"Sync {run.Id:N}";
        public string Stage { get; set; } = run.Stage;
        public string? Cursor { get; set; } = run.Cursor;
        public WalkCounts Counts { get; set; } = WalkCounts.Read(run.Counts);
        public List<string> Troubles { get; } = [];

        /// <summary>What this process has met; for a dry run, which marks nothing, and to notice a listing without end.</summary>
        public HashSet<(ScaiKeyKind, string)> Met { get; } = [];

        /// <summary>How many pages in a row brought nothing new.</summary>
        public int Stale { get; set; }
    }
}
