using System.Data.Common;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Cleanup;

/// <summary>
/// Takes away bodies: contents, their attachments, spooled mail, and what the messages' personalizations hold beside addresses.
/// GUARANTEE: first the messages say that their body is gone, so that nobody reads it; then go the blobs; last the row that names them. A crash in between leaves
/// a row whose blobs are gone and that nobody needs, and the next run takes it up again.
/// </summary>
public sealed class RemovedContents(SmallSteps steps, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Contents that are removed together: their bodies are read at once.</summary>
    public const int MaxContents = 50;

    /// <summary>Personalizations may be large, so few are written at once.</summary>
    public const int MaxPersonalizations = 50;

    /// <summary>Removes contents whose messages have all ended; at most <see cref="MaxContents"/>.</summary>
    public async Task RunAsync(IReadOnlyCollection<Guid> ids, CleanupCounts counts, CancellationToken cancellationToken)
    {
        while (await MessagesAsync(ids, cancellationToken) is { Count: > 0 } messages)
            await TellGoneAsync(messages, counts, cancellationToken);
        await DeleteBlobsAsync(ids, counts, cancellationToken);
        counts.Bodies += await steps.WriteAsync(
            batch => batch.Sql("DELETE FROM contents WHERE id IN ").Ids(ids).Sql(";"),
            cancellationToken
        );
    }

    // Index: messages (content_id).
    private Task<List<(Guid Id, byte[] Personalization)>> MessagesAsync(
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancellationToken
    ) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT id,personalization FROM messages WHERE content_id IN ")
                    .Ids(ids)
                    .Sql($" AND body_deleted_at IS NULL LIMIT {MaxPersonalizations}"),
            row => (row.GetId(0), row.GetFieldValue<byte[]>(1)),
            cancellationToken
        );

    private Task<int> TellGoneAsync(
        List<(Guid Id, byte[] Personalization)> messages,
        CleanupCounts counts,
        CancellationToken cancellationToken
    )
    {
        counts.Reduced += messages.Count;
        var now = time.GetUtcNow();
        return steps.WriteAsync(
            batch =>
            {
                foreach (var (id, personalization) in messages)
                    batch
                        .Sql("UPDATE messages SET personalization=")
                        .Alone()
                        .Value(StoredContent.Write(Reduced(StoredContent.ReadPersonalization(personalization))))
                        .Sql($",body_deleted_at={now.ToUnixTimeMilliseconds()} WHERE id=")
                        .Id(id)
                        .Sql(";");
            },
            cancellationToken
        );
    }

    /// <summary>A personalization with nothing but who it went to and under which subject.</summary>
    public static Personalization Reduced(Personalization full) =>
        full with
        {
            Headers = None,
            Substitutions = None,
            CustomArgs = None,
            DynamicTemplateData = null,
        };

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private async Task DeleteBlobsAsync(IReadOnlyCollection<Guid> ids, CleanupCounts counts, CancellationToken cancellationToken)
    {
        var contents = await steps.ReadAsync(
            batch => batch.Sql("SELECT blob_key,body FROM contents WHERE id IN ").Ids(ids),
            row => (BlobKey: Text(row, 0), Body: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)),
            cancellationToken
        );
        var keys = new List<string>();
        foreach (var (blobKey, body) in contents)
        {
            var content = body is not null ? StoredContent.Read(body) : await SpilledAsync(blobKey, cancellationToken);
            keys.AddRange(content?.Attachments.Select(a => a.BlobKey) ?? []);
            // Last, because it names the others.
            if (blobKey is not null)
                keys.Add(blobKey);
        }
        keys.InsertRange(0, await SpooledAsync(ids, cancellationToken));
        foreach (var key in keys)
            await blobs.DeleteAsync(key, cancellationToken);
        counts.Blobs += keys.Count;
    }

    private async Task<MessageContent?> SpilledAsync(string? key, CancellationToken cancellationToken) =>
        key is null ? null : await blobs.GetContentAsync(key, cancellationToken);

    private Task<List<string>> SpooledAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql(
                        "SELECT e.mail_key FROM messages m JOIN emails e ON e.message_id=m.id WHERE e.mail_key IS NOT NULL AND m.content_id IN "
                    )
                    .Ids(ids),
            row => row.GetString(0),
            cancellationToken
        );

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
