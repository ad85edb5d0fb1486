using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.Processing.Erasure;

/// <summary>Erases what happened to emails beyond the fact that it happened: the words of servers, addresses and programs of visitors, links, reports, spooled bytes.</summary>
public sealed class ErasedTraces(SmallSteps steps, IBlobStore blobs)
{
    // What tells nothing of the person.
    private static readonly string[] Kept =
    [
        "attempt",
        "smtp_code",
        "status",
        "tls",
        "provider",
        "bounce_type",
        "after_delivery",
        "feedback_type",
        "group_id",
        "url_part",
        "url_index",
        "machine_reason",
    ];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task RunAsync(IReadOnlyList<Guid> emails, ErasureCounts counts, CancellationToken cancellationToken)
    {
        foreach (var some in emails.Chunk(SmallSteps.MaxRows))
        {
            await DeleteMailAsync(some, cancellationToken);
            counts.Add(
                "inbound_reports",
                await steps.WriteAsync(
                    batch => batch.Sql("DELETE FROM inbound_reports WHERE email_id IN ").Ids(some).Sql(";"),
                    cancellationToken
                )
            );
            counts.Add(
                "attempts",
                await steps.WriteAsync(
                    batch =>
                        batch
                            .Sql($"UPDATE attempts SET reply='{Erased.Text}' WHERE reply<>'{Erased.Text}' AND email_id IN ")
                            .Ids(some)
                            .Sql(";"),
                    cancellationToken
                )
            );
        }
        await EraseEventsAsync(emails, counts, cancellationToken);
    }

    /// <summary>Deletes what is still there of the mail as it was rendered and spooled.</summary>
    public async Task DeleteMailAsync(IEnumerable<Guid> emails, CancellationToken cancellationToken)
    {
        foreach (var email in emails)
        {
            await blobs.DeleteAsync(SpooledMail.KeyOf(email), cancellationToken);
            await blobs.DeleteAsync(RenderEmailsConsumer.KeyOf(email), cancellationToken);
        }
    }

    /// <summary>Erases the events alone.</summary>
    public async Task EraseEventsAsync(IReadOnlyList<Guid> emails, ErasureCounts counts, CancellationToken cancellationToken)
    {
        foreach (var email in emails)
            await EraseEventsAsync(email, counts, cancellationToken);
    }

    private async Task EraseEventsAsync(Guid email, ErasureCounts counts, CancellationToken cancellationToken)
    {
        var last = 0;
        while (await EventsAsync(email, last, cancellationToken) is { Count: > 0 } events)
        {
            last = events[^1].Number;
            var telling = events.Where(e => e.Reason is not (null or Erased.Text) || Bare(e.Data) != e.Data).ToList();
            if (telling.Count > 0)
                counts.Add("events", await steps.WriteAsync(batch => Bare(batch, telling), cancellationToken));
        }
    }

    private Task<List<Event>> EventsAsync(Guid email, int last, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT lane,position,number,reason,data FROM events WHERE email_id=")
                    .Id(email)
                    .Sql($" AND number>{last} ORDER BY number LIMIT {SmallSteps.MaxRows}"),
            row => new Event(
                row.GetInt32(0),
                row.GetInt64(1),
                row.GetInt32(2),
                row.IsDBNull(3) ? null : row.GetString(3),
                row.IsDBNull(4) ? null : row.GetString(4)
            ),
            cancellationToken
        );

    private static void Bare(SqlBatch batch, List<Event> events)
    {
        foreach (var e in events)
            batch
                .Sql("UPDATE events SET reason=")
                .Alone()
                .Value(e.Reason is null ? null : Erased.Text)
                .Sql(",data=")
                .Alone()
                .Value(Bare(e.Data))
                .Sql($" WHERE lane={e.Lane} AND position={e.Position};");
    }

    private static string? Bare(string? data)
    {
        if (data is null || JsonNode.Parse(data) is not JsonObject told)
            return data;
        foreach (var name in told.Select(member => member.Key).Except(Kept).ToList())
            told.Remove(name);
        return told.ToJsonString(Readable);
    }

    private sealed record Event(int Lane, long Position, int Number, string? Reason, string? Data);
}
