using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.Console.Messages;

/// <summary>
/// Finds messages, newest first. Each search walks one index backwards and no further than <see cref="MaxWalked"/> entries, so its cost does not grow with
/// the number of messages: a recipient and a state have an index of their own; a subject and a sender have none, so those of a time are looked through.
/// </summary>
public sealed class MessageSearch(MailDatabase database, TimeProvider time)
{
    public const int PageSize = 50;

    /// <summary>Most entries that one search looks at; the page says how far back that was.</summary>
    public const int MaxWalked = 5000;

    /// <summary>How far back from now, or from the end of the time that was named, a subject or a sender is looked for when nobody says how far.</summary>
    public static readonly TimeSpan UnlessSaid = TimeSpan.FromDays(7);

    public async Task<FoundMessages> FindAsync(Guid tenantId, SearchQuery query, CancellationToken cancellationToken)
    {
        var since = query.Since ?? (IsWithoutIndex(query) ? (query.Until ?? time.GetUtcNow()) - UnlessSaid : null);
        var range = new Range(tenantId, Before(query), since is { } start ? Ids.FirstOf(start) : Guid.Empty);
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);

        var end = await EndAsync(connection, query, range, cancellationToken);
        var from = end is { } last ? range with { From = last } : range;
        await using var finding = connection.CreateCommand();
        var found = await IdsAsync(
            Walk(new SqlBatch(finding), query, from, isFiltered: true).Sql($" LIMIT {PageSize + 1}"),
            cancellationToken
        );

        var next = found.Count > PageSize ? found[PageSize - 1] : (Guid?)null;
        return new FoundMessages(
            await RowsAsync(tenantId, [.. found.Take(PageSize)], cancellationToken),
            next,
            next is null ? end : null,
            since
        );
    }

    /// <summary>The message of an id of it or of one of its emails; null when the tenant has none.</summary>
    public async Task<Guid?> FindAsync(Guid tenantId, SearchedId id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return id.EmailId is { } emailId
            ? await db.Emails.Where(e => e.Id == emailId).Select(e => (Guid?)e.MessageId).SingleOrDefaultAsync(cancellationToken)
            : await db.Messages.Where(m => m.Id == id.MessageId).Select(m => (Guid?)m.Id).SingleOrDefaultAsync(cancellationToken);
    }

    // Where the walk ends, found in the index alone; null when it comes to the end of its time first. MariaDB walks a range of which it expects very much from
    // the newest of the tenant on, past all that is newer than the range: so the range begins short, and grows.
    private async Task<Guid?> EndAsync(DbConnection connection, SearchQuery query, Range range, CancellationToken cancellationToken)
    {
        var newest = range.Before == Max ? time.GetUtcNow() : Ids.MomentOf(range.Before);
        for (var span = FirstSpan; ; span *= SpanGrows)
        {
            var isAll = newest - DateTimeOffset.UnixEpoch <= span || Compare(Ids.FirstOf(newest - span), range.From) <= 0;
            var part = isAll ? range : range with { From = Ids.FirstOf(newest - span) };
            await using var command = connection.CreateCommand();
            var end = await IdsAsync(
                Walk(new SqlBatch(command), query, part, isFiltered: false).Sql($" LIMIT 1 OFFSET {MaxWalked}"),
                cancellationToken
            );
            if (end.Count > 0 || isAll)
                return end.Count > 0 ? end[0] : null;
        }
    }

    private static bool IsWithoutIndex(SearchQuery query) =>
        query.Recipient is null && query.State is null && (query.Subject ?? query.Sender) is not null;

    // A page begins below the last one's end, or below the end of the time.
    private static Guid Before(SearchQuery query)
    {
        var until = query.Until is { } end ? Ids.FirstOf(end) : Max;
        return query.After is { } after && Compare(after, until) < 0 ? after : until;
    }

    private static readonly TimeSpan FirstSpan = TimeSpan.FromDays(1);
    private const int SpanGrows = 8;

    private static readonly Guid Max = new(Enumerable.Repeat(byte.MaxValue, 16).ToArray(), bigEndian: true);

    private static int Compare(Guid one, Guid other) =>
        one.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(other.ToByteArray(bigEndian: true));

    // Indexes: emails (tenant_id, recipient, message_id), (tenant_id, state, message_id), messages (tenant_id, id).
    private static SqlBatch Walk(SqlBatch sql, SearchQuery query, Range range, bool isFiltered)
    {
        if (query.Recipient is null && query.State is null)
        {
            sql.Sql("SELECT m.id FROM messages m WHERE m.tenant_id=").Id(range.TenantId);
            return Ordered(isFiltered ? Filter(sql, query) : sql, "m.id", range);
        }
        var isJoined = isFiltered && (query.Subject ?? query.Sender) is not null;
        sql.Sql($"SELECT {(isFiltered ? "DISTINCT " : "")}e.message_id FROM emails e")
            .Sql(isJoined ? " JOIN messages m ON m.id=e.message_id" : "")
            .Sql(" WHERE e.tenant_id=")
            .Id(range.TenantId);
        if (query.Recipient is { } recipient)
            sql.Sql(" AND e.recipient=").Text(recipient);
        if (query.State is { } state && (isFiltered || query.Recipient is null))
            sql.Sql(string.Create(CultureInfo.InvariantCulture, $" AND e.state={(int)state}"));
        return Ordered(isJoined ? Filter(sql, query) : sql, "e.message_id", range);
    }

    private static SqlBatch Ordered(SqlBatch sql, string id, Range range) =>
        sql.Sql($" AND {id}<").Id(range.Before).Sql($" AND {id}>=").Id(range.From).Sql($" ORDER BY {id} DESC");

    private static SqlBatch Filter(SqlBatch sql, SearchQuery query)
    {
        if (query.Subject is { } subject)
            sql.Sql(" AND m.subject LIKE ").Text(Pattern(subject)).Sql(" ESCAPE '!'");
        if (query.Sender is { } sender)
            sql.Sql(" AND m.from_email LIKE ").Text(Pattern(sender)).Sql(" ESCAPE '!'");
        return sql;
    }

    private static string Pattern(string text) =>
        $"%{text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%";

    private static async Task<List<Guid>> IdsAsync(SqlBatch sql, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        await using var rows = await sql.ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            ids.Add(rows.GetId(0));
        return ids;
    }

    private async Task<IReadOnlyList<FoundMessage>> RowsAsync(Guid tenantId, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        await using var db = database.For(tenantId);
        var messages = await db
            .Messages.Where(m => ids.Contains(m.Id))
            .Select(m => new
            {
                m.Id,
                m.FromEmail,
                m.Subject,
                m.ToEmails,
                m.IsSandbox,
                m.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        // A message may have a thousand emails; of those of a kind one line is enough.
        var emails = (
            await db
                .Emails.Where(e => ids.Contains(e.MessageId))
                .GroupBy(e => new
                {
                    e.MessageId,
                    e.State,
                    e.Lane,
                    IsSimulated = (e.Marks & EmailMarks.Simulated) != 0,
                })
                .Select(g => new EmailsOfKind(
                    g.Key.MessageId,
                    g.Key.State,
                    g.Key.Lane,
                    g.Count(),
                    g.Max(e => e.LastReply),
                    g.Min(e => e.DueAt),
                    g.Key.IsSimulated
                ))
                .ToListAsync(cancellationToken)
        ).ToLookup(e => e.MessageId);
        return
        [
            .. messages
                .OrderByDescending(m => m.Id.ToString("N"), StringComparer.Ordinal)
                .Select(m => FoundMessage.Of(m.Id, m.FromEmail, m.Subject, m.ToEmails, m.IsSandbox, m.CreatedAt, [.. emails[m.Id]])),
        ];
    }

    private sealed record Range(Guid TenantId, Guid Before, Guid From);
}

/// <summary>A page of found messages.</summary>
/// <param name="Next">Where the next page begins; null when there is none.</param>
/// <param name="WalkedTo">Where the search stopped although there is more; null when it came to its end.</param>
/// <param name="Since">How far back it went at most; null for no limit.</param>
public sealed record FoundMessages(IReadOnlyList<FoundMessage> Messages, Guid? Next, Guid? WalkedTo, DateTimeOffset? Since);

/// <summary>The emails of a message that are in the same state.</summary>
public sealed record EmailsOfKind(
    Guid MessageId,
    EmailStatus State,
    EmailLane Lane,
    int Count,
    string? LastReply,
    DateTimeOffset? DueAt,
    bool IsSimulated
);
