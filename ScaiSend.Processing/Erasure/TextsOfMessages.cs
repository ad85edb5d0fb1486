using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// Reads through everything that a tenant's messages say, to find those that say an address without being to it: mail to others that quotes it, and sandbox
/// messages, which have no emails to be found by. There is no index for that, so it takes as long as reading all mail that is kept.
/// </summary>
public sealed class TextsOfMessages(SmallSteps steps, IBlobStore blobs)
{
    /// <summary>Messages that are read at once, with their bodies.</summary>
    public const int MaxMessages = 50;

    /// <summary>The next messages in the order of their ids, each with whether one of the addresses is in it. None: this was all.</summary>
    // Index: messages (tenant_id, id).
    public async Task<List<(Guid Id, bool IsTelling)>> NextAsync(
        EraseJob job,
        Guid after,
        Redaction redaction,
        CancellationToken cancellationToken
    )
    {
        var messages = await steps.ReadAsync(
            batch =>
                batch
                    .Sql(
                        "SELECT id,content_id,subject,to_emails,categories,custom_args,settings,personalization FROM messages WHERE tenant_id="
                    )
                    .Id(job.TenantId)
                    .Sql(" AND id>")
                    .Id(after)
                    .Sql($" AND created_at<={job.CreatedAt.ToUnixTimeMilliseconds()} ORDER BY id LIMIT {MaxMessages}"),
            row =>
                (
                    Id: row.GetId(0),
                    ContentId: row.GetId(1),
                    IsTelling: redaction.Finds(row.GetString(2))
                        || Enumerable.Range(3, 4).Any(column => !row.IsDBNull(column) && redaction.FindsInJson(row.GetString(column)))
                        || redaction.FindsInValue(StoredContent.ReadPersonalization(row.GetFieldValue<byte[]>(7)))
                ),
            cancellationToken
        );
        var contents = await TellingAsync([.. messages.Select(m => m.ContentId).Distinct()], redaction, cancellationToken);
        return [.. messages.Select(m => (m.Id, m.IsTelling || contents.Contains(m.ContentId)))];
    }

    private async Task<HashSet<Guid>> TellingAsync(IReadOnlyCollection<Guid> ids, Redaction redaction, CancellationToken cancellationToken)
    {
        var telling = new HashSet<Guid>();
        if (ids.Count == 0)
            return telling;
        var contents = await steps.ReadAsync(
            batch => batch.Sql("SELECT id,body,blob_key FROM contents WHERE id IN ").Ids(ids),
            row =>
            {
                var isInline = !row.IsDBNull(1);
                if (isInline && redaction.FindsInValue(StoredContent.Read(row.GetFieldValue<byte[]>(1))))
                    telling.Add(row.GetId(0));
                return (Id: row.GetId(0), BlobKey: isInline ? null : row.GetString(2));
            },
            cancellationToken
        );
        foreach (var (id, key) in contents)
            if (key is not null && await blobs.GetContentAsync(key, cancellationToken) is { } content && redaction.FindsInValue(content))
                telling.Add(id);
        return telling;
    }
}
