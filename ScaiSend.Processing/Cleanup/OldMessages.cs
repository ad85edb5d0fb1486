using ScaiSend.Contracts;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Cleanup;

/// <summary>Deletes a tenant's messages, with their emails, attempts and events, when every email has ended and is old enough and the body is gone.</summary>
public sealed class OldMessages(SmallSteps steps, IBlobStore blobs)
{
    /// <summary>Messages that are looked at together.</summary>
    public const int MaxMessages = 100;

    /// <summary>A condition on the message <c>m</c>: statistics have counted all its events.</summary>
    private const string HasEventsToSpare =
        " AND NOT EXISTS (SELECT 1 FROM emails e JOIN events v ON v.email_id=e.id LEFT JOIN stats_positions p ON p.lane=v.lane"
        + " WHERE e.message_id=m.id AND v.position>COALESCE(p.position,0))";

    public async Task RunAsync(Guid tenantId, DateTimeOffset before, CleanupCounts counts, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await NextAsync(tenantId, before, last, cancellationToken) is { Count: > 0 } messages)
        {
            while (await EmailsAsync(messages, cancellationToken) is { Count: > 0 } emails)
                await DeleteAsync(emails, counts, cancellationToken);
            counts.Messages += await steps.WriteAsync(
                batch => batch.Sql("DELETE FROM messages WHERE id IN ").Ids(messages).Sql(";"),
                cancellationToken
            );
            last = messages[^1];
        }
    }

    // Index: messages (tenant_id, id); then emails (message_id) and the key of contents.
    private Task<List<Guid>> NextAsync(Guid tenantId, DateTimeOffset before, Guid last, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT m.id FROM messages m WHERE m.tenant_id=")
                    .Id(tenantId)
                    .Sql(" AND m.id>")
                    .Id(last)
                    .Sql(" AND m.id<")
                    .Id(Ids.FirstOf(before))
                    .Sql(" AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.message_id=m.id AND ")
                    .Sql(Ended.NotBefore(before))
                    .Sql(") AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.id=m.content_id)")
                    .Sql(HasEventsToSpare)
                    .Sql($" ORDER BY m.id LIMIT {MaxMessages}"),
            row => row.GetId(0),
            cancellationToken
        );

    private Task<List<(Guid Id, string? MailKey)>> EmailsAsync(List<Guid> messages, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch => batch.Sql("SELECT id,mail_key FROM emails WHERE message_id IN ").Ids(messages).Sql($" LIMIT {SmallSteps.MaxRows}"),
            row => (row.GetId(0), row.IsDBNull(1) ? null : row.GetString(1)),
            cancellationToken
        );

    private async Task DeleteAsync(List<(Guid Id, string? MailKey)> emails, CleanupCounts counts, CancellationToken cancellationToken)
    {
        var ids = emails.Select(e => e.Id).ToList();
        foreach (var key in emails.Select(e => e.MailKey).OfType<string>())
            await blobs.DeleteAsync(key, cancellationToken);
        // There is no end to how often a mail can be opened, so events go in steps of their own; those of the last moment go with the email.
        while (await EventsAsync(ids, cancellationToken) is { Count: > 0 } events)
            counts.Events += await steps.WriteAsync(batch => DeleteEvents(batch, events), cancellationToken);
        while (await AttemptsAsync(ids, cancellationToken) is { Count: > 0 } attempts)
            counts.Attempts += await steps.WriteAsync(batch => DeleteAttempts(batch, attempts), cancellationToken);
        // The emails first: their rows are what a late visit locks.
        counts.Emails += await steps.WriteAsync(batch => batch.Sql("DELETE FROM emails WHERE id IN ").Ids(ids).Sql(";"), cancellationToken);
        while (await EventsAsync(ids, cancellationToken) is { Count: > 0 } late)
            counts.Events += await steps.WriteAsync(batch => DeleteEvents(batch, late), cancellationToken);
    }

    private Task<List<(int Lane, long Position)>> EventsAsync(List<Guid> emails, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch => batch.Sql("SELECT lane,position FROM events WHERE email_id IN ").Ids(emails).Sql($" LIMIT {SmallSteps.MaxRows}"),
            row => (row.GetInt32(0), row.GetInt64(1)),
            cancellationToken
        );

    private Task<List<(Guid EmailId, int Number)>> AttemptsAsync(List<Guid> emails, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch => batch.Sql("SELECT email_id,number FROM attempts WHERE email_id IN ").Ids(emails).Sql($" LIMIT {SmallSteps.MaxRows}"),
            row => (row.GetId(0), row.GetInt32(1)),
            cancellationToken
        );

    private static void DeleteEvents(SqlBatch batch, List<(int Lane, long Position)> events)
    {
        foreach (var lane in events.GroupBy(e => e.Lane))
            batch.Sql($"DELETE FROM events WHERE lane={lane.Key} AND position IN ({string.Join(',', lane.Select(e => e.Position))});");
    }

    private static void DeleteAttempts(SqlBatch batch, List<(Guid EmailId, int Number)> attempts)
    {
        foreach (var email in attempts.GroupBy(a => a.EmailId))
            batch
                .Sql("DELETE FROM attempts WHERE email_id=")
                .Id(email.Key)
                .Sql($" AND number IN ({string.Join(',', email.Select(a => a.Number))});");
    }
}
