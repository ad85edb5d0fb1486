using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Templates;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.Api.Messages;

/// <summary>
/// Lists a tenant's messages, newest first. Ids are in the order of time, so a page is a walk along an index from where the last one ended,
/// and counting stops at a bound: the cost does not grow with the number of messages.
/// </summary>
public sealed class MessageList(MailDatabase database)
{
    /// <summary>Counting further would cost more than anybody learns from it.</summary>
    public const int MaxTotal = 10_000;

    public async Task<object> ReadAsync(Guid tenantId, MessageListQuery query, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var matching = Matching(db, query);
        var total = await matching.Take(MaxTotal).CountAsync(cancellationToken);
        var page = matching
            .OrderByDescending(m => m.Id)
            .Skip(query.After is null ? (query.Page - 1) * query.PageSize : 0)
            .Take(query.PageSize);
        var messages = await page.ToListAsync(cancellationToken);
        var ids = messages.Select(m => m.Id).ToList();
        var emails = (await db.Emails.Where(e => ids.Contains(e.MessageId)).ToListAsync(cancellationToken)).ToLookup(e => e.MessageId);
        return new
        {
            messages = messages.Select(m => Show(m, [.. emails[m.Id]])),
            total,
            // Ours: at the bound, total means "at least".
            total_is_exact = total < MaxTotal,
            page = query.Page,
            page_size = query.PageSize,
            total_pages = (total + query.PageSize - 1) / query.PageSize,
            next_cursor = messages.Count == query.PageSize ? Ids.Show(Ids.Message, messages[^1].Id) : null,
        };
    }

    /// <summary>The documented fields of one message.</summary>
    public static Dictionary<string, object?> Show(Message message, IReadOnlyCollection<Email> emails) =>
        new()
        {
            ["id"] = Ids.Show(Ids.Message, message.Id),
            ["simulated"] = emails.Count > 0 && emails.All(e => e.Marks.HasFlag(EmailMarks.Simulated)),
            ["status"] = PublicStatus.OfMessage(message.IsSandbox, [.. emails.Select(e => (e.State, e.Lane))]),
            ["from_email"] = message.FromEmail,
            ["from_name"] = message.FromName,
            ["subject"] = message.Subject,
            ["to_emails"] = JsonSerializer.Deserialize<JsonElement>(message.ToEmails),
            ["template_id"] = message.TemplateId,
            ["batch_id"] = message.BatchId,
            ["categories"] = JsonSerializer.Deserialize<JsonElement>(message.Categories),
            ["send_at"] = message.SendAt,
            ["created_at"] = message.CreatedAt,
            ["delivered_at"] = emails.Count > 0 && emails.All(e => e.State == EmailStatus.Delivered) ? emails.Max(e => e.EndedAt) : null,
        };

    private static IQueryable<Message> Matching(MailDb db, MessageListQuery query)
    {
        var messages = Narrowed(db, query);
        if (query.FromEmail is { } from)
            messages = messages.Where(m => m.FromEmail == from);
        if (query.Subject is { } subject)
            messages = messages.Where(m => m.Subject.Contains(subject));
        if (query.BatchId is { } batch)
            messages = messages.Where(m => m.BatchId == batch);
        if (query.TemplateId is { } named)
        {
            var template = TemplateId.TryRead(named, out var id) ? id.ToString() : named;
            messages = messages.Where(m => m.TemplateId == template);
        }
        if (query.Category is { } category)
        {
            var quoted = JsonSerializer.Serialize(category);
            messages = messages.Where(m => m.Categories.Contains(quoted));
        }
        // Ids carry their time, so the range of time is a range of the index.
        if (query.Start is { } start)
            messages = messages.Where(m => m.CreatedAt >= start);
        if (query.End is { } end)
            messages = messages.Where(m => m.CreatedAt < end);
        return messages;
    }

    // Status and recipient are the emails'; both have an index that ends with the message's id.
    private static IQueryable<Message> Narrowed(MailDb db, MessageListQuery query)
    {
        IQueryable<Message> messages = query.After is { } after ? After(db, after) : db.Messages;
        if (string.Equals(query.Status, PublicStatus.Sandbox, StringComparison.OrdinalIgnoreCase))
            return messages.Where(m => m.IsSandbox);
        if (query.Status is { } status)
        {
            var states = PublicStatus.Filters[status];
            var lane = status.ToLowerInvariant() switch
            {
                "queued" => EmailLane.Waiting,
                "processing" => EmailLane.InFlight,
                _ => (EmailLane?)null,
            };
            messages = lane is null
                ? messages.Where(m => db.Emails.Any(e => e.MessageId == m.Id && states.Contains(e.State)))
                : messages.Where(m => db.Emails.Any(e => e.MessageId == m.Id && states.Contains(e.State) && e.Lane == lane));
        }
        if (query.ToEmail is { } to)
            messages = messages.Where(m => db.Emails.Any(e => e.MessageId == m.Id && e.Recipient == to));
        return messages;
    }

    private static IQueryable<Message> After(MailDb db, Guid after) =>
        db.Messages.FromSqlRaw("SELECT * FROM messages WHERE id < {0}", after.ToByteArray(bigEndian: true));
}
