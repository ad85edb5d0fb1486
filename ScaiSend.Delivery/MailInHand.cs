using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Delivery;

/// <summary>Where the bytes of an email are while its delivery is tried: on the bus, or in the blob store from the first deferral to the end.</summary>
public sealed class MailInHand(IBlobStore blobs, MailPieces pieces, Hints hints, TimeProvider time, ILogger<MailInHand> log)
{
    /// <summary>How long a store that is away is asked again to keep a mail. What the server answered is worth more than the same bytes once more, and waits no longer.</summary>
    public static readonly TimeSpan KeepLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PauseBetween = TimeSpan.FromSeconds(1);

    /// <summary>The mail, or null when its bytes are gone; then it was asked to be rendered again, which makes the same bytes.</summary>
    public async Task<RenderedMail?> TakeAsync(ProcessedEmail email, CancellationToken cancellationToken)
    {
        var mail = email.Mail ?? await blobs.GetMailAsync(email.MailKey!, cancellationToken);
        if (mail is not null)
            return mail;
        log.LogWarning("The mail of {EmailId} is not in the blob store and is rendered again", email.EmailId);
        await hints.QueuedAsync([new QueuedEmail(email.EmailId, email.MessageId, email.TenantId, email.Version)]);
        return null;
    }

    /// <summary>What keeps the mail's large attachments from being read, as far as it can be told before an attempt; else null.</summary>
    public Task<FileTroubleException?> FindTroubleAsync(RenderedMail mail, CancellationToken cancellationToken) =>
        pieces.FindTroubleAsync(mail, cancellationToken);

    /// <summary>Keeps the signed bytes for the next attempt, and answers their key; null when nothing was signed or the store is away. GUARANTEE: committed to the store before the deferral is.</summary>
    public async Task<string?> KeepAsync(ProcessedEmail email, RenderedMail mail, CancellationToken cancellationToken)
    {
        // No server has seen any of it, so it may be rendered and signed anew; and a store in trouble would not take it.
        if (!mail.IsSigned)
            return null;
        var key = SpooledMail.KeyOf(email.EmailId);
        if (email.MailKey == key)
            return key;
        if (!await IsKeptAsync(key, mail, cancellationToken))
            return null;
        await ForgetAsync(email, cancellationToken);
        return key;
    }

    private async Task<bool> IsKeptAsync(string key, RenderedMail mail, CancellationToken cancellationToken)
    {
        for (var end = time.GetUtcNow() + KeepLimit; ; await Task.Delay(PauseBetween, time, cancellationToken))
            try
            {
                await blobs.PutMailAsync(key, mail, cancellationToken);
                return true;
            }
            catch (Exception e) when (BlobTrouble.Is(e))
            {
                if (time.GetUtcNow() < end)
                    continue;
                log.LogWarning(
                    "The blob store does not keep {Key}, which is rendered again for its next attempt: {Reason}",
                    key,
                    e.Message
                );
                return false;
            }
    }

    /// <summary>Deletes what is no longer needed.</summary>
    public Task ForgetAsync(ProcessedEmail email, CancellationToken cancellationToken) =>
        email.MailKey is { } key ? blobs.ForgetMailAsync(key, log, cancellationToken) : Task.CompletedTask;
}
