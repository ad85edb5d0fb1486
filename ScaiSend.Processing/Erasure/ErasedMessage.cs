using System.Text.Json;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.Processing.Erasure;

/// <summary>What came of erasing persons from one message.</summary>
public enum MessageErasure
{
    /// <summary>It says nothing of them.</summary>
    NotTheirs,

    /// <summary>It has not ended; later.</summary>
    Waits,
    Done,
}

/// <summary>
/// Erases persons from one message that has ended for all its recipients. What is left is that there was a mail, when, and what became of it.
/// GUARANTEE: the recipients' addresses and the texts go last, in one transaction; a message that was left half-way is found by them again.
/// </summary>
public sealed class ErasedMessage(SmallSteps steps, ErasedTraces traces, ErasedQuotes quotes, ErasedContent body)
{
    /// <summary>Erases them from the message; from one that is not to them, their addresses are taken out.</summary>
    public async Task<MessageErasure> RunAsync(Guid messageId, Persons persons, ErasureCounts counts, CancellationToken cancellationToken)
    {
        if (await ReadAsync(messageId, cancellationToken) is not { } message)
            return MessageErasure.NotTheirs;
        var emails = await EmailsAsync(messageId, cancellationToken);
        var theirs = emails.Where(e => persons.Has(e.Recipient)).ToList();
        var all = message.Personalization.Recipients().ToArray();
        if (emails.Any(e => !e.HasEnded))
            return MessageErasure.Waits;

        // An address may be spelled otherwise than in the order, which the recipients say.
        var redaction = new Redaction(
            persons.Addresses.Concat(all.Select(a => a.Email).Where(persons.Has)).Concat(theirs.Select(e => e.Recipient))
        );
        var isTheirs = theirs.Count > 0 || all.Any(a => persons.Has(a.Email));
        var isAlone = isTheirs && all.All(a => a.Email == Erased.Address || persons.Has(a.Email));
        var ids = theirs.Select(e => e.Id).ToList();
        await traces.RunAsync(ids, counts, cancellationToken);
        await quotes.RunAsync([.. emails.Select(e => e.Id).Except(ids)], redaction, counts, cancellationToken);
        if (!await body.RunAsync(messageId, message.ContentId, isAlone, redaction, counts, cancellationToken))
            return MessageErasure.Waits;
        // Removing the body has changed the personalization.
        message = (await ReadAsync(messageId, cancellationToken))!;
        var erased = isAlone ? Emptied(message) : Redacted(message, persons, redaction);
        await steps.WriteAsync(batch => Write(batch, erased, ids), cancellationToken);
        // A visit of the last moment; from now on the saga does not find these emails any more.
        await traces.EraseEventsAsync(ids, counts, cancellationToken);
        counts.Add(isTheirs ? "messages" : "messages_to_others", 1);
        counts.Add("emails", ids.Count);
        return MessageErasure.Done;
    }

    private static StoredMessage Emptied(StoredMessage message) =>
        message with
        {
            Subject = Erased.Text,
            ToEmails = "[]",
            Categories = "[]",
            CustomArgs = null,
            Settings = null,
            Personalization = RemovedContents.Reduced(message.Personalization) with { To = [], Cc = [], Bcc = [], Subject = null },
        };

    // The texts are the others' as well, so only the address is taken out of them.
    private static StoredMessage Redacted(StoredMessage message, Persons persons, Redaction redaction)
    {
        var full = message.Personalization;
        var (to, cc, bcc) = (Without(full.To), Without(full.Cc), Without(full.Bcc));
        return message with
        {
            Subject = redaction.Text(message.Subject),
            ToEmails = JsonSerializer.Serialize(to.Select(a => a.Email)),
            Categories = redaction.Json(message.Categories)!,
            CustomArgs = redaction.Json(message.CustomArgs),
            Settings = redaction.Json(message.Settings),
            Personalization = redaction.Value(full with { To = to, Cc = cc, Bcc = bcc }),
        };

        IReadOnlyList<Address> Without(IReadOnlyList<Address> addresses) =>
            [.. addresses.Select(a => persons.Has(a.Email) ? new Address(Erased.Address, null) : a)];
    }

    private static void Write(SqlBatch batch, StoredMessage message, IReadOnlyCollection<Guid> emails)
    {
        batch
            .Sql("UPDATE messages SET subject=")
            .Text(message.Subject)
            .Sql(",to_emails=")
            .Text(message.ToEmails)
            .Sql(",categories=")
            .Text(message.Categories)
            .Sql(",custom_args=")
            .Alone()
            .Value(message.CustomArgs)
            .Sql(",settings=")
            .Alone()
            .Value(message.Settings)
            .Sql(",personalization=")
            .Alone()
            .Value(StoredContent.Write(message.Personalization))
            .Sql(" WHERE id=")
            .Id(message.Id)
            .Sql(";");
        if (emails.Count > 0)
            batch.Sql($"UPDATE emails SET recipient='{Erased.Address}',last_reply=NULL,mail_key=NULL WHERE id IN ").Ids(emails).Sql(";");
    }

    private async Task<StoredMessage?> ReadAsync(Guid messageId, CancellationToken cancellationToken)
    {
        var found = await steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT content_id,subject,to_emails,categories,custom_args,settings,personalization FROM messages WHERE id=")
                    .Id(messageId),
            row => new StoredMessage(
                messageId,
                row.GetId(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.IsDBNull(4) ? null : row.GetString(4),
                row.IsDBNull(5) ? null : row.GetString(5),
                StoredContent.ReadPersonalization(row.GetFieldValue<byte[]>(6))
            ),
            cancellationToken
        );
        return found.Count == 0 ? null : found[0];
    }

    private Task<List<(Guid Id, string Recipient, bool HasEnded)>> EmailsAsync(Guid messageId, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch => batch.Sql("SELECT id,recipient,lane FROM emails WHERE message_id=").Id(messageId),
            row => (row.GetId(0), row.GetString(1), row.GetInt32(2) == 0),
            cancellationToken
        );

    private sealed record StoredMessage(
        Guid Id,
        Guid ContentId,
        string Subject,
        string ToEmails,
        string Categories,
        string? CustomArgs,
        string? Settings,
        Personalization Personalization
    );
}
