using MassTransit.Mediator;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Processing.Suppression;

/// <summary>Asks just before rendering which recipients are on a list that keeps the mail back, with one query for all emails of a hint, and drops those.</summary>
public sealed class DropSuppressed(SuppressionCheck check, IMediator mediator, IBlobStore blobs, ILogger<DropSuppressed> log)
{
    /// <summary>Answers those that may be rendered.</summary>
    public async Task<IReadOnlyList<LoadedEmail>> FromAsync(IReadOnlyList<LoadedEmail> emails, CancellationToken cancellationToken)
    {
        var lists = await check.FindAsync([.. emails.Select(e => (e.Hint.TenantId, e.ToRender.Recipient))], cancellationToken);
        if (lists.All(it => it.Count == 0))
            return emails;
        var (kept, dropped) = (new List<LoadedEmail>(emails.Count), new List<Task>());
        foreach (var (email, on) in emails.Zip(lists))
        {
            // A batch that is paused or cancelled speaks first: the mail is not going now.
            if (email.Batch is null && SuppressionRule.Reason(on, email.Settings) is { } reason)
                dropped.Add(DropAsync(email.Hint, reason, cancellationToken));
            else
                kept.Add(email);
        }
        await Task.WhenAll(dropped);
        return kept;
    }

    private async Task DropAsync(QueuedEmail email, string reason, CancellationToken cancellationToken)
    {
        var after = await mediator.TellAsync(new EmailSuppressed(email.EmailId, email.Version, reason), cancellationToken);
        // As accepted, and never rendered: it has left nothing behind.
        if (after is not { IsAccepted: true } || email.Version == 1)
            return;
        await blobs.ForgetMailAsync(RenderEmailsConsumer.KeyOf(email.EmailId), log, cancellationToken);
        await blobs.ForgetMailAsync(SpooledMail.KeyOf(email.EmailId), log, cancellationToken);
    }
}
