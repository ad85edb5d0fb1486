using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.Api.Messages;

/// <summary>One message with everything that is known about it: the request's content, and each email's saga with its events and attempts.</summary>
public sealed class MessageDetail(MailDatabase database, IBlobStore blobs)
{
    /// <summary>The message as shown, or null when the tenant has no such message.</summary>
    public async Task<object?> ReadAsync(Guid tenantId, Guid messageId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        if (await MessageRows.ReadAsync(db, messageId, cancellationToken) is not { } rows)
            return null;
        var (message, emails, events, attempts) = rows;
        var shown = MessageList.Show(message, emails);
        var personalization = StoredContent.ReadPersonalization(message.Personalization);
        // What is being deleted may be half gone.
        if (message.BodyDeletedAt is null && await ContentAsync(db, message.ContentId, cancellationToken) is { } content)
            AddContent(shown, content, personalization);
        else
            AddNoContent(shown, message);
        shown["body_deleted_at"] = message.BodyDeletedAt;
        shown["cc_emails"] = personalization.Cc.Select(a => a.Email);
        shown["bcc_emails"] = personalization.Bcc.Select(a => a.Email);
        shown["dynamic_template_data"] = personalization.DynamicTemplateData;
        shown["settings"] = message.Settings is null ? null : JsonSerializer.Deserialize<JsonElement>(message.Settings);
        shown["batch_status"] = message.BatchId is { } batch ? BatchShape.Word(await BatchStatusAsync(db, batch, cancellationToken)) : null;
        shown["error_message"] = emails
            .Where(e => e.State is EmailStatus.Failed or EmailStatus.Dropped)
            .Select(e => e.LastReply)
            .FirstOrDefault();
        shown["emails"] = emails.Select(e => Show(e, events[e.Id], attempts[e.Id]));
        return shown;
    }

    /// <summary>What a message says; null when its body is deleted.</summary>
    public async Task<MessageContent?> ContentAsync(Message message, CancellationToken cancellationToken)
    {
        if (message.BodyDeletedAt is not null)
            return null;
        await using var db = database.For(message.TenantId);
        return await ContentAsync(db, message.ContentId, cancellationToken);
    }

    /// <summary>One email with its timeline.</summary>
    public static object Show(Email email, IEnumerable<EmailEvent> events, IEnumerable<EmailAttempt> attempts) =>
        new
        {
            id = Ids.Show(Ids.Email, email.Id),
            to_email = email.Recipient,
            status = PublicStatus.Of(email.State, email.Lane),
            state = email.State.ToString(),
            held = email.Lane == EmailLane.Held,
            simulated = email.Marks.HasFlag(EmailMarks.Simulated),
            version = email.Version,
            attempts = email.Attempts,
            due_at = email.DueAt,
            deadline_at = email.DeadlineAt,
            ended_at = email.EndedAt,
            last_reply = email.LastReply,
            timeline = events
                .Prepend(Acceptance(email))
                .Select(e => (e.At, Entry: Show(e)))
                .Concat(attempts.Select(a => (At: a.StartedAt, Entry: Show(a, email.Marks.HasFlag(EmailMarks.Simulated)))))
                .OrderBy(x => x.At)
                .Select(x => x.Entry),
        };

    private static void AddContent(Dictionary<string, object?> shown, MessageContent content, Personalization personalization)
    {
        shown["reply_to_list"] = content.ReplyTo.Select(a => new { email = a.Email, name = a.Name });
        shown["headers"] = content
            .Headers.Where(h => !personalization.Headers.ContainsKey(h.Key))
            .Concat(personalization.Headers)
            .ToDictionary(h => h.Key, h => h.Value);
        shown["custom_args"] = content
            .CustomArgs.Where(a => !personalization.CustomArgs.ContainsKey(a.Key))
            .Concat(personalization.CustomArgs)
            .ToDictionary(a => a.Key, a => a.Value);
        shown["content"] = content.Content.Select(c => new { type = c.Type, value = c.Value });
        shown["attachments"] = content.Attachments.Select(a => new
        {
            filename = a.FileName,
            type = a.Type,
            size = a.Size,
            disposition = a.IsInline ? "inline" : "attachment",
            content_id = a.ContentId,
        });
    }

    // Its events still carry the arguments, so they are still there.
    private static void AddNoContent(Dictionary<string, object?> shown, Message message)
    {
        shown["reply_to_list"] = Array.Empty<object>();
        shown["headers"] = new Dictionary<string, string>();
        shown["custom_args"] = message.CustomArgs is { } arguments
            ? JsonSerializer.Deserialize<JsonElement>(arguments)
            : new Dictionary<string, string>();
        shown["content"] = null;
        shown["attachments"] = null;
    }

    private async Task<MessageContent?> ContentAsync(MailDb db, Guid contentId, CancellationToken cancellationToken)
    {
        var row = await db.Contents.SingleOrDefaultAsync(c => c.Id == contentId, cancellationToken);
        if (row?.Body is { } body)
            return StoredContent.Read(body);
        return row?.BlobKey is { } key ? await blobs.GetContentAsync(key, cancellationToken) : null;
    }

    private static async Task<BatchStatus?> BatchStatusAsync(MailDb db, string batchId, CancellationToken cancellationToken) =>
        await db.MailBatches.Where(b => b.BatchId == batchId).Select(b => b.Status).FirstOrDefaultAsync(cancellationToken);

    private static EmailEvent Acceptance(Email email) =>
        new()
        {
            EmailId = email.Id,
            Number = EmailEvent.Acceptance,
            Type = "queued",
            At = email.CreatedAt,
            Flags = email.Marks.HasFlag(EmailMarks.Simulated) ? EventFlags.Simulated : EventFlags.None,
        };

    private static object Show(EmailEvent e) =>
        new
        {
            kind = "event",
            event_id = Ids.ShowEvent(e.EmailId, e.Number),
            number = e.Number,
            type = e.Type,
            at = e.At,
            simulated = e.Flags.HasFlag(EventFlags.Simulated),
            reason = e.Reason,
            metadata = e.Data is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(e.Data),
        };

    private static object Show(EmailAttempt a, bool isSimulated) =>
        new
        {
            kind = "attempt",
            number = a.Number,
            at = a.StartedAt,
            simulated = isSimulated,
            outcome = a.Outcome,
            duration_ms = a.DurationMs,
            mx_host = a.MxHost,
            mx_address = a.MxAddress,
            tls = a.Tls,
            reply_code = a.ReplyCode,
            enhanced_status_code = a.EnhancedStatusCode,
            reply = a.Reply,
            provider = a.Provider,
            source_address = a.Source,
            step = a.Step,
            rule = a.Rule,
            tls_policy = a.TlsPolicy,
            certificate = a.Certificate,
        };
}
