using System.Data.Common;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.Events;

/// <summary>What a reader asks of the feed.</summary>
/// <param name="Types">Only these; null for all twelve.</param>
/// <param name="MessageId">Only of this message.</param>
public sealed record FeedQuery(
    FeedCursor After,
    int Limit,
    IReadOnlySet<string>? Types,
    Guid? MessageId,
    DateTimeOffset? Start,
    DateTimeOffset? End
)
{
    /// <summary>Whether an event may have to be passed over.</summary>
    public bool Narrows => Types is not null || Start is not null || End is not null;

    public bool Wants(string type, DateTimeOffset at) =>
        (Types?.Contains(type) ?? EventTypes.All.Contains(type)) && !(at < Start) && !(at >= End);
}

/// <summary>One page of events, and where to go on.</summary>
/// <param name="HasMore">More is there already.</param>
public sealed record FeedPage(IReadOnlyList<ToldEvent> Events, FeedCursor Next, bool HasMore);

/// <summary>
/// A tenant's events in the order in which they were committed, oldest first.
/// GUARANTEE: who goes on with each page's cursor meets every event that matches exactly once, also those that commit while it reads.
/// </summary>
public sealed class EventFeed(MailDatabase database)
{
    /// <summary>Rows of one lane that are looked through at once: for one page of a narrowed feed, or after a first look that did not fill the page.</summary>
    public const int MostLookedAt = 2000;

    // An unnarrowed page is filled, past events that are told to nobody, unless so many looks find too few others.
    private const int MostLooks = 20;

    /// <summary>Null when the cursor is ahead of what was ever committed here: whoever went on with it would miss what comes until then.</summary>
    public async Task<FeedPage?> ReadAsync(Guid tenantId, FeedQuery query, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        // First the heads, then the rows up to them: what a lane's head covers is committed.
        var heads = await HeadsAsync(connection, cancellationToken);
        if (query.After.IsAheadOf(heads))
            return null;
        var (places, after, hasMore) = (new List<FeedPlace>(), query.After, true);
        for (var look = 1; hasMore && places.Count < query.Limit && look <= (query.Narrows ? 1 : MostLooks); look++)
        {
            var rest = query with { After = after, Limit = query.Limit - places.Count };
            var perLane = query.Narrows || look > 1 ? Math.Max(query.Limit, MostLookedAt) : query.Limit;
            var rows = await RowsAsync(connection, tenantId, rest, heads, perLane, cancellationToken);
            var merge = new FeedMerge(rows, heads, query.MessageId is null ? perLane : int.MaxValue);
            places.AddRange(merge.Take(rest));
            (after, hasMore) = (after.With(merge.Reached), merge.HasMore);
        }
        var events = await EventsAsync(connection, places, cancellationToken);
        return new FeedPage(events, after, hasMore);
    }

    /// <summary>Behind everything that is committed now.</summary>
    public async Task<FeedCursor> EndAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        return FeedCursor.At(await HeadsAsync(connection, cancellationToken));
    }

    private static async Task<Dictionary<int, long>> HeadsAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT lane,position FROM event_lanes";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var heads = new Dictionary<int, long>();
        while (await rows.ReadAsync(cancellationToken))
            heads.Add(rows.GetInt32(0), rows.GetInt64(1));
        return heads;
    }

    // Of each lane by the tenant's index, or of one message by its emails.
    private static async Task<List<FeedPlace>> RowsAsync(
        DbConnection connection,
        Guid tenantId,
        FeedQuery query,
        Dictionary<int, long> heads,
        int perLane,
        CancellationToken cancellationToken
    )
    {
        var places = new List<FeedPlace>();
        var lanes = heads.Where(lane => lane.Value > query.After[lane.Key]).ToList();
        if (lanes.Count == 0)
            return places;
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command);
        if (query.MessageId is { } messageId)
            batch
                .Sql("SELECT v.lane,v.position,v.type,v.at FROM emails e JOIN events v ON v.email_id=e.id WHERE e.message_id=")
                .Id(messageId)
                .Sql(" AND e.tenant_id=")
                .Id(tenantId)
                .Sql(" ORDER BY v.lane,v.position");
        else
            AddLanes(batch, tenantId, query, lanes, perLane);
        await using var rows = await batch.ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var place = new FeedPlace(rows.GetInt32(0), rows.GetInt64(1), rows.GetString(2), rows.GetMoment(3)!.Value);
            if (place.Position > query.After[place.Lane] && place.Position <= heads[place.Lane])
                places.Add(place);
        }
        return places;
    }

    private static void AddLanes(SqlBatch batch, Guid tenantId, FeedQuery query, IReadOnlyList<KeyValuePair<int, long>> lanes, int perLane)
    {
        for (var i = 0; i < lanes.Count; i++)
        {
            var (lane, head) = lanes[i];
            batch
                .Sql(i == 0 ? "" : " UNION ALL ")
                .Sql("SELECT * FROM (SELECT lane,position,type,at FROM events WHERE tenant_id=")
                .Id(tenantId)
                .Sql($" AND lane={lane} AND position>{query.After[lane]} AND position<={head} ORDER BY position LIMIT {perLane}) l{lane}");
        }
    }

    private static async Task<List<ToldEvent>> EventsAsync(
        DbConnection connection,
        IReadOnlyList<FeedPlace> places,
        CancellationToken cancellationToken
    )
    {
        if (places.Count == 0)
            return [];
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT ")
            .Sql(ToldEvent.Columns)
            .Sql(" FROM events v")
            .Sql(ToldEvent.Joins)
            .Sql(" WHERE ")
            .Sql(
                string.Join(
                    " OR ",
                    places.GroupBy(p => p.Lane, p => p.Position).Select(l => $"v.lane={l.Key} AND v.position IN ({string.Join(',', l)})")
                )
            )
            .ReadAsync(cancellationToken);
        var found = new Dictionary<(int, long), ToldEvent>(places.Count);
        while (await rows.ReadAsync(cancellationToken))
        {
            var told = ToldEvent.Read(rows);
            found.Add((told.Lane, told.Position), told);
        }
        // One that was deleted since, because it is too old, is passed over.
        return [.. places.Select(p => found.GetValueOrDefault((p.Lane, p.Position))).OfType<ToldEvent>()];
    }
}
