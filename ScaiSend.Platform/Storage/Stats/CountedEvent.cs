using System.Data.Common;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Stats;

/// <summary>What statistics read of an event.</summary>
/// <param name="Data">Of opens and clicks only.</param>
/// <param name="Recipient">Null when the email is gone.</param>
/// <param name="Categories">JSON array; null when the message is gone.</param>
public sealed record CountedEvent(
    int Lane,
    long Position,
    Guid TenantId,
    string Type,
    DateTimeOffset At,
    string? Reason,
    EventFlags Flags,
    string? Data,
    Guid EmailId,
    int Number,
    string? Recipient,
    string? Categories
)
{
    /// <summary>Reads the events of a lane after one position and up to another, without their mail (<see cref="WithMailAsync"/>). By primary key.</summary>
    public static SqlBatch AddOfLane(SqlBatch batch, StretchOfLane stretch) =>
        batch.Sql($"{Select} WHERE v.lane={stretch.Lane} AND v.position>{stretch.After} AND v.position<={stretch.UpTo};");

    /// <summary>As <see cref="AddOfLane"/>, a tenant's of a time, a bounded number in their order. By the index on tenant, lane and position.</summary>
    public static SqlBatch AddOfTenant(
        SqlBatch batch,
        StretchOfLane stretch,
        Guid tenantId,
        DateTimeOffset from,
        DateTimeOffset to,
        int limit
    ) =>
        batch
            .Sql($"{Select} WHERE v.tenant_id=")
            .Id(tenantId)
            .Sql($" AND v.lane={stretch.Lane} AND v.position>{stretch.After} AND v.position<={stretch.UpTo}")
            .Sql($" AND v.at>={from.ToUnixTimeMilliseconds()} AND v.at<{to.ToUnixTimeMilliseconds()} ORDER BY v.position LIMIT {limit};");

    /// <summary>Reads the rows of one of these.</summary>
    public static CountedEvent Read(DbDataReader row) =>
        new(
            row.GetInt32(0),
            row.GetInt64(1),
            row.GetId(2),
            row.GetString(3),
            row.GetMoment(4)!.Value,
            Text(row, 5),
            (EventFlags)row.GetInt32(6),
            Text(row, 7),
            row.GetId(8),
            row.GetInt32(9),
            Recipient: null,
            Categories: null
        );

    /// <summary>The events with their mail. Most emails have several of them, which look it up together.</summary>
    public static async Task<IReadOnlyList<CountedEvent>> WithMailAsync(
        DbConnection connection,
        IReadOnlyList<CountedEvent> events,
        CancellationToken cancellationToken
    )
    {
        if (events.Count == 0)
            return events;
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT e.id,e.recipient,m.categories FROM emails e LEFT JOIN messages m ON m.id=e.message_id WHERE e.id IN ")
            .Ids(events.Select(e => e.EmailId).Distinct())
            .ReadAsync(cancellationToken);
        var mails = new Dictionary<Guid, (string? Recipient, string? Categories)>();
        while (await rows.ReadAsync(cancellationToken))
            mails.Add(rows.GetId(0), (Text(rows, 1), Text(rows, 2)));
        return
        [
            .. events.Select(e =>
                mails.TryGetValue(e.EmailId, out var mail) ? e with { Recipient = mail.Recipient, Categories = mail.Categories } : e
            ),
        ];
    }

    // Replies are long and nobody counts them.
    private const string Select =
        "SELECT v.lane,v.position,v.tenant_id,v.type,v.at,CASE WHEN v.type='dropped' THEN v.reason END,v.flags,"
        + "CASE WHEN v.type IN ('open','click') THEN v.data END,v.email_id,v.number FROM events v";

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>Events of a lane: after one position, up to another and including it.</summary>
public readonly record struct StretchOfLane(int Lane, long After, long UpTo);
