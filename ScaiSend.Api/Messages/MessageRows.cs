using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.Api.Messages;

/// <summary>What is stored of one message: itself, its emails, and for each of them what happened, in order.</summary>
public sealed record MessageRows(
    Message Message,
    IReadOnlyList<Email> Emails,
    ILookup<Guid, EmailEvent> Events,
    ILookup<Guid, EmailAttempt> Attempts
)
{
    /// <summary>The rows as the context's tenant has them; null when it has no such message.</summary>
    public static async Task<MessageRows?> ReadAsync(MailDb db, Guid messageId, CancellationToken cancellationToken)
    {
        var message = await db.Messages.SingleOrDefaultAsync(m => m.Id == messageId, cancellationToken);
        if (message is null)
            return null;
        var emails = await db.Emails.Where(e => e.MessageId == messageId).OrderBy(e => e.Id).ToListAsync(cancellationToken);
        var ids = emails.Select(e => e.Id).ToList();
        var events = await db.Events.Where(e => ids.Contains(e.EmailId)).OrderBy(e => e.Number).ToListAsync(cancellationToken);
        var attempts = await db.Attempts.Where(a => ids.Contains(a.EmailId)).OrderBy(a => a.Number).ToListAsync(cancellationToken);
        return new MessageRows(message, emails, events.ToLookup(e => e.EmailId), attempts.ToLookup(a => a.EmailId));
    }
}
