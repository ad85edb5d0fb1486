using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Console.Suppressions;

/// <summary>Finds entries of a tenant's lists, newest first. Of each list no more is read than a page has, so the cost does not grow with the lists.</summary>
public sealed class SuppressionSearch(MailDatabase database)
{
    public const int PageSize = 50;

    /// <summary>The entries of one address.</summary>
    public async Task<FoundEntries> FindAsync(
        Guid tenantId,
        IReadOnlyList<ListChoice> lists,
        string address,
        CancellationToken cancellationToken
    )
    {
        var key = SuppressedAddress.KeyOf(address);
        await using var db = database.For(tenantId);
        var entries = await db
            .Suppressions.AsNoTracking()
            .Where(s => s.AddressKey == key)
            .OrderByDescending(s => s.CreatedAt)
            .ThenBy(s => s.List)
            .ThenBy(s => s.GroupId)
            .ToListAsync(cancellationToken);
        return new FoundEntries(await ShowAsync(db, lists, entries, cancellationToken), null);
    }

    /// <summary>A page of these lists.</summary>
    /// <param name="before">The end of the page before.</param>
    public async Task<FoundEntries> ListAsync(
        Guid tenantId,
        IReadOnlyList<ListChoice> lists,
        SuppressionPlace? before,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<Suppression>();
        await using (var connection = database.Dialect.ConnectForReading())
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            var sql = new SqlBatch(command).Sql("SELECT * FROM (");
            for (var i = 0; i < lists.Count; i++)
                Newest(sql.Sql(i == 0 ? "" : " UNION ALL "), tenantId, lists[i], before);
            sql.Sql(Text($") a ORDER BY created_at DESC,address_key DESC,list DESC,group_id DESC LIMIT {PageSize + 1}"));
            await using var rows = await sql.ReadAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                entries.Add(Read(tenantId, rows));
        }
        var page = entries.Take(PageSize).ToList();
        await using var db = database.For(tenantId);
        return new FoundEntries(
            await ShowAsync(db, lists, page, cancellationToken),
            entries.Count > PageSize ? SuppressionPlace.Of(page[^1]) : null
        );
    }

    // Index: (tenant_id, list, group_id, created_at), read backwards.
    private static void Newest(SqlBatch sql, Guid tenantId, ListChoice list, SuppressionPlace? before)
    {
        sql.Sql(
                "SELECT * FROM (SELECT address_key,list,group_id,address,created_at,reason,bounce_type,status,source,email_id FROM suppressions"
            )
            .Sql(" WHERE tenant_id=")
            .Id(tenantId)
            .Sql(Text($" AND list={(int)list.List} AND group_id={list.GroupId}"));
        if (before is not null)
        {
            // Of one moment and one address, the lists that come later in the order are on the next page.
            var isLater = (list.List, list.GroupId).CompareTo((before.List, before.GroupId)) < 0;
            sql.Sql(Text($" AND created_at<={before.Milliseconds} AND (created_at<{before.Milliseconds} OR address_key"))
                .Sql(isLater ? "<=" : "<")
                .Id(before.AddressKey)
                .Sql(")");
        }
        sql.Sql(Text($" ORDER BY created_at DESC,address_key DESC LIMIT {PageSize + 1}) l"));
    }

    private static Suppression Read(Guid tenantId, DbDataReader row) =>
        new()
        {
            TenantId = tenantId,
            AddressKey = row.GetFieldValue<byte[]>(0),
            List = (SuppressionList)row.GetInt32(1),
            GroupId = row.GetInt32(2),
            Address = row.GetString(3),
            CreatedAt = row.GetMoment(4)!.Value,
            Reason = row.IsDBNull(5) ? null : row.GetString(5),
            BounceType = row.IsDBNull(6) ? null : (BounceClass)row.GetInt32(6),
            Status = row.IsDBNull(7) ? null : row.GetString(7),
            Source = row.IsDBNull(8) ? null : row.GetString(8),
            EmailId = row.IsDBNull(9) ? null : row.GetId(9),
        };

    private static async Task<IReadOnlyList<FoundEntry>> ShowAsync(
        MailDb db,
        IReadOnlyList<ListChoice> lists,
        List<Suppression> entries,
        CancellationToken cancellationToken
    )
    {
        var emails = entries.Select(e => e.EmailId).OfType<Guid>().Distinct().ToList();
        // An email that is deleted by now has no message to show.
        var messages = await db
            .Emails.Where(e => emails.Contains(e.Id))
            .Select(e => new { e.Id, e.MessageId })
            .ToDictionaryAsync(e => e.Id, e => e.MessageId, cancellationToken);
        var known = lists.ToDictionary(list => (list.List, list.GroupId));
        return
        [
            .. from entry in entries
            // A group that is just being deleted has no name any more.
            where known.ContainsKey((entry.List, entry.GroupId))
            select new FoundEntry(
                new ListedAddress(entry),
                known[(entry.List, entry.GroupId)],
                entry.EmailId is { } id && messages.TryGetValue(id, out var message) ? message : null
            ),
        ];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An entry of a list.</summary>
/// <param name="MessageId">The message that caused it; null when none did, or it is gone.</param>
public sealed record FoundEntry(ListedAddress Listed, ListChoice List, Guid? MessageId);

/// <summary>A page of entries.</summary>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record FoundEntries(IReadOnlyList<FoundEntry> Entries, SuppressionPlace? Next);
