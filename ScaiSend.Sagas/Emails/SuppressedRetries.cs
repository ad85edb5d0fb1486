using MassTransit.Mediator;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Sagas.Emails;

/// <summary>Drops spooled emails whose recipient came on a list since the last attempt: one query for all that are woken, a second only when an address is listed.</summary>
public sealed class SuppressedRetries(
    MailDatabase database,
    SuppressionCheck check,
    IMediator mediator,
    IBlobStore blobs,
    ILogger<SuppressedRetries> log
)
{
    /// <summary>Answers those that may be tried again.</summary>
    public async Task<IReadOnlyList<DueEmail>> DropAsync(IReadOnlyList<DueEmail> emails, CancellationToken cancellationToken)
    {
        var lists = await check.FindAsync([.. emails.Select(e => (e.TenantId, e.Recipient))], cancellationToken);
        var listed = emails.Zip(lists).Where(it => it.Second.Count > 0).ToList();
        if (listed.Count == 0)
            return emails;
        var settings = await ReadSettingsAsync([.. listed.Select(it => it.First.MessageId).Distinct()], cancellationToken);
        var reasons = listed
            .Select(it => (Email: it.First, Reason: SuppressionRule.Reason(it.Second, settings[it.First.MessageId])))
            .Where(it => it.Reason is not null)
            .ToDictionary(it => it.Email.EmailId, it => it.Reason!);
        await Task.WhenAll(
            emails.Where(e => reasons.ContainsKey(e.EmailId)).Select(e => DropAsync(e, reasons[e.EmailId], cancellationToken))
        );
        return [.. emails.Where(e => !reasons.ContainsKey(e.EmailId))];
    }

    private async Task DropAsync(DueEmail email, string reason, CancellationToken cancellationToken)
    {
        var after = await mediator.TellAsync(new EmailSuppressed(email.EmailId, email.Version, reason), cancellationToken);
        if (after is { IsAccepted: true } && email.MailKey is { } key)
            await blobs.ForgetMailAsync(key, log, cancellationToken);
    }

    private async Task<Dictionary<Guid, MessageSettings>> ReadSettingsAsync(
        IReadOnlyList<Guid> messageIds,
        CancellationToken cancellationToken
    )
    {
        var settings = messageIds.ToDictionary(id => id, _ => MessageSettings.None);
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT id,settings FROM messages WHERE settings IS NOT NULL AND id IN ")
            .Ids(messageIds)
            .ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            settings[rows.GetId(0)] = MessageSettings.Read(rows.GetString(1));
        return settings;
    }
}
