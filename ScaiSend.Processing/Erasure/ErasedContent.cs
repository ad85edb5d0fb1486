using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// Erases the body of a message. One that no other message has goes, with its attachments. One that others have too stays theirs; only where it quotes the
/// address, the address is taken out, and not before all of them have ended, so that no mail is changed that is still to be sent.
/// </summary>
public sealed class ErasedContent(SmallSteps steps, IBlobStore blobs, RemovedContents removed, ErasedQuotes quotes)
{
    private readonly CleanupCounts _uncounted = new();

    /// <summary>False: it has to wait for the others.</summary>
    /// <param name="isAlone">The message went to erased persons alone.</param>
    public async Task<bool> RunAsync(
        Guid messageId,
        Guid contentId,
        bool isAlone,
        Redaction redaction,
        ErasureCounts counts,
        CancellationToken cancellationToken
    )
    {
        if (isAlone && !await IsSharedAsync(messageId, contentId, cancellationToken))
        {
            counts.Add("bodies", await ExistsAsync(contentId, cancellationToken) ? 1 : 0);
            await removed.RunAsync([contentId], _uncounted, cancellationToken);
            return true;
        }
        var (body, blobKey) = await ReadAsync(contentId, cancellationToken);
        var content = body is not null ? StoredContent.Read(body) : await SpilledAsync(blobKey, cancellationToken);
        if (content is null || !redaction.FindsInValue(content))
            return true;
        if (await IsAnyUnendedAsync(contentId, cancellationToken))
            return false;
        counts.Add("bodies", 1);
        await EraseQuotesAsync(contentId, redaction, counts, cancellationToken);
        // A blob is never rewritten, so a large body goes as a whole.
        if (body is null)
            await removed.RunAsync([contentId], _uncounted, cancellationToken);
        else
            await steps.WriteAsync(
                batch =>
                    batch
                        .Sql("UPDATE contents SET body=")
                        .Alone()
                        .Value(StoredContent.Write(redaction.Value(content)))
                        .Sql(" WHERE id=")
                        .Id(contentId)
                        .Sql(";"),
                cancellationToken
            );
        return true;
    }

    // Of all messages that have the content: once it is clean, they are not found by it any more.
    private async Task EraseQuotesAsync(Guid contentId, Redaction redaction, ErasureCounts counts, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await EmailsAsync(contentId, last, cancellationToken) is { Count: > 0 } emails)
        {
            last = emails[^1];
            await quotes.RunAsync(emails, redaction, counts, cancellationToken);
        }
    }

    private Task<List<Guid>> EmailsAsync(Guid contentId, Guid last, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT e.id FROM messages m JOIN emails e ON e.message_id=m.id WHERE m.content_id=")
                    .Id(contentId)
                    .Sql(" AND e.id>")
                    .Id(last)
                    .Sql($" ORDER BY e.id LIMIT {SmallSteps.MaxRows}"),
            row => row.GetId(0),
            cancellationToken
        );

    private async Task<MessageContent?> SpilledAsync(string? key, CancellationToken cancellationToken) =>
        key is null ? null : await blobs.GetContentAsync(key, cancellationToken);

    // A message without recipients is one that was erased.
    private async Task<bool> IsSharedAsync(Guid messageId, Guid contentId, CancellationToken cancellationToken) =>
        await AnyAsync(
            batch =>
                batch
                    .Sql("SELECT 1 FROM messages WHERE content_id=")
                    .Id(contentId)
                    .Sql(" AND id<>")
                    .Id(messageId)
                    .Sql(" AND to_emails<>'[]' LIMIT 1"),
            cancellationToken
        );

    private Task<bool> IsAnyUnendedAsync(Guid contentId, CancellationToken cancellationToken) =>
        AnyAsync(
            batch =>
                batch
                    .Sql("SELECT 1 FROM messages m JOIN emails e ON e.message_id=m.id WHERE e.lane<>0 AND m.content_id=")
                    .Id(contentId)
                    .Sql(" LIMIT 1"),
            cancellationToken
        );

    private Task<bool> ExistsAsync(Guid contentId, CancellationToken cancellationToken) =>
        AnyAsync(batch => batch.Sql("SELECT 1 FROM contents WHERE id=").Id(contentId), cancellationToken);

    private async Task<bool> AnyAsync(Func<SqlBatch, SqlBatch> query, CancellationToken cancellationToken) =>
        (await steps.ReadAsync(query, _ => true, cancellationToken)).Count > 0;

    private async Task<(byte[]? Body, string? BlobKey)> ReadAsync(Guid contentId, CancellationToken cancellationToken)
    {
        var found = await steps.ReadAsync(
            batch => batch.Sql("SELECT body,blob_key FROM contents WHERE id=").Id(contentId),
            row => (row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : row.GetString(1)),
            cancellationToken
        );
        return found.Count == 0 ? (null, null) : found[0];
    }
}
