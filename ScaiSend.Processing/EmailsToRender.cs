using System.Data.Common;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Tracking;
using ScaiSend.Processing.Rendering;
using ScaiSend.Processing.Tracking;

namespace ScaiSend.Processing;

/// <summary>An email with everything that its rendering needs.</summary>
/// <param name="Batch">The status of its batch; null when it may go.</param>
public sealed record LoadedEmail(QueuedEmail Hint, EmailToRender ToRender, BatchStatus? Batch, MessageSettings Settings);

/// <summary>Loads the emails of one hint in one round trip. Emails that are gone, or have moved on since the hint, are left out.</summary>
public sealed class EmailsToRender(MailDatabase database, IBlobStore blobs, TenantTracking tracking, OwnReturnPaths returnPaths)
{
    /// <summary>Where large contents lie.</summary>
    public IBlobStore Blobs => blobs;

    public async Task<IReadOnlyList<LoadedEmail>> LoadAsync(IReadOnlyList<QueuedEmail> hints, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        var contents = new Dictionary<Guid, MessageContent>();
        Func<Guid, TrackingSettings> settings;
        await using (var connection = database.Dialect.ConnectForReading())
        {
            await connection.OpenAsync(cancellationToken);
            settings = await ReadAsync(connection, hints, rows, contents, cancellationToken);
        }
        var byId = rows.ToDictionary(row => row.EmailId);
        var loaded = new List<LoadedEmail>(rows.Count);
        foreach (var hint in hints)
        {
            if (!byId.TryGetValue(hint.EmailId, out var row) || row.Version != hint.Version)
                continue;
            if (!contents.TryGetValue(row.ContentId, out var content))
                contents[row.ContentId] = content =
                    await blobs.GetContentAsync(row.BlobKey!, cancellationToken)
                    ?? throw new InvalidDataException($"The content {row.BlobKey} is not in the blob store");
            var email = new EmailToRender(
                hint.EmailId,
                hint.MessageId,
                hint.TenantId,
                row.Recipient,
                row.Date,
                content,
                StoredContent.ReadPersonalization(row.Personalization)
            )
            {
                Tracking = settings(hint.TenantId),
                GroupId = row.Settings.GroupId,
                Scenario = row.Settings.Simulator?.ScenarioOf(row.Recipient),
            };
            var ownPath = await returnPaths.FindAsync(hint.TenantId, email.Sender.Email, cancellationToken);
            loaded.Add(new LoadedEmail(hint, email with { ReturnPathDomain = ownPath }, row.Batch, row.Settings));
        }
        return loaded;
    }

    private async Task<Func<Guid, TrackingSettings>> ReadAsync(
        DbConnection connection,
        IReadOnlyList<QueuedEmail> hints,
        List<Row> rows,
        Dictionary<Guid, MessageContent> contents,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command)
            .Sql(
                "SELECT e.id,e.version,e.recipient,m.content_id,m.personalization,COALESCE(m.send_at,m.created_at),c.blob_key,c.body,b.status,m.settings FROM emails e"
            )
            .Sql(" JOIN messages m ON m.id=e.message_id JOIN contents c ON c.id=m.content_id")
            // Without a batch there is nothing to look up.
            .Sql(" LEFT JOIN mail_batches b ON b.tenant_id=m.tenant_id AND b.batch_id=m.batch_id WHERE e.id IN ")
            .Ids(hints.Select(hint => hint.EmailId))
            .Sql(";");
        await using var reader = await TenantTracking
            .Ask(batch, hints.Select(hint => hint.TenantId).Distinct())
            .ReadAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new Row(
                reader.GetId(0),
                reader.GetInt32(1),
                reader.GetString(2),
                reader.GetId(3),
                reader.GetFieldValue<byte[]>(4),
                reader.GetMoment(5)!.Value,
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.IsDBNull(8) ? null : (BatchStatus)reader.GetInt32(8),
                reader.IsDBNull(9) ? MessageSettings.None : MessageSettings.Read(reader.GetString(9))
            );
            rows.Add(row);
            if (row.BlobKey is null && !contents.ContainsKey(row.ContentId))
                contents.Add(row.ContentId, StoredContent.Read(reader.GetFieldValue<byte[]>(7)));
        }
        await reader.NextResultAsync(cancellationToken);
        return await tracking.ReadAsync(reader, cancellationToken);
    }

    private sealed record Row(
        Guid EmailId,
        int Version,
        string Recipient,
        Guid ContentId,
        byte[] Personalization,
        DateTimeOffset Date,
        string? BlobKey,
        BatchStatus? Batch,
        MessageSettings Settings
    );
}
