using MassTransit;
using MassTransit.Mediator;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Processing.Rendering;
using ScaiSend.Processing.Suppression;

namespace ScaiSend.Processing;

/// <summary>
/// Renders queued emails and hands them to the SMTP stage. May run twice for an email: the saga accepts one rendering of a version, the other stops.
/// </summary>
public sealed class RenderEmailsConsumer(
    EmailsToRender emails,
    DropSuppressed suppressed,
    TemplatedContent templates,
    MailRenderer renderer,
    IMediator mediator,
    Hints hints,
    FairPlaces places,
    RenderMeter meter,
    ILogger<RenderEmailsConsumer> log
) : IConsumer<EmailsQueued>
{
    /// <summary>Larger mail travels by key: the broker is no place for it.</summary>
    public const int MaxBytesOnBus = 256 * 1024;

    /// <summary>Where large mail lies until it is sent.</summary>
    public static string KeyOf(Guid emailId) => $"rendered/{emailId:N}";

    public async Task Consume(ConsumeContext<EmailsQueued> context)
    {
        await places.TakeAsync([.. context.Message.Emails.Select(e => e.TenantId).Distinct()], context.CancellationToken);
        try
        {
            await RunAsync(context.Message.Emails, context.CancellationToken);
        }
        finally
        {
            places.GiveBack();
        }
    }

    private async Task RunAsync(IReadOnlyList<QueuedEmail> queued, CancellationToken cancellationToken)
    {
        var loaded = await emails.LoadAsync(queued, cancellationToken);
        var wanted = await suppressed.FromAsync(loaded, cancellationToken);
        var filled = await templates.FillAsync(wanted, cancellationToken);
        var processed = await Task.WhenAll(filled.Select(email => RenderAsync(email.Email, email.Failure, cancellationToken)));
        await hints.ProcessedAsync([.. processed.OfType<ProcessedEmail>()], cancellationToken);
    }

    /// <summary>Whether the email's batch keeps it from going on. The saga decides: a pause is too late for what was rendered before, a cancel for what is on the wire.</summary>
    private async Task<bool> IsHeldAsync(LoadedEmail email, CancellationToken cancellationToken)
    {
        var after = email.Batch switch
        {
            null => null,
            BatchStatus.Pause => await mediator.TellAsync(new BatchPaused(email.Hint.EmailId, email.Hint.Version), cancellationToken),
            _ => await mediator.TellAsync(new CancelRequested(email.Hint.EmailId), cancellationToken),
        };
        return after is { IsAccepted: true };
    }

    // The request has the last word, after the tenant and the template.
    private static EmailToRender Tracked(LoadedEmail email) =>
        email.ToRender with
        {
            Tracking = email.ToRender.Tracking.With(email.Settings.Tracking),
        };

    private async Task<ProcessedEmail?> RenderAsync(LoadedEmail email, string? templateFailure, CancellationToken cancellationToken)
    {
        if (await IsHeldAsync(email, cancellationToken))
            return null;
        var begun = meter.Begin();
        var outcome = templateFailure is null
            ? await renderer.RenderAsync(Tracked(email), cancellationToken)
            : new NotRendered(templateFailure);
        meter.Rendered(email.Hint, isRendered: outcome is Rendered, begun);
        if (outcome is NotRendered failure)
        {
            log.LogInformation("Email {EmailId} of {MessageId} cannot be rendered", email.Hint.EmailId, email.Hint.MessageId);
            await mediator.TellAsync(new RenderingFailed(email.Hint.EmailId, email.Hint.Version, failure.Reason), cancellationToken);
            return null;
        }
        var mail = ((Rendered)outcome).Mail with { Pool = email.Settings.Pool };
        string? key = null;
        if (mail.Bytes.Length > MaxBytesOnBus)
        {
            key = KeyOf(email.Hint.EmailId);
            await emails.Blobs.PutMailAsync(key, mail, cancellationToken);
        }
        var processed = new ProcessedEmail(
            email.Hint.EmailId,
            email.Hint.MessageId,
            email.Hint.TenantId,
            email.Hint.Version,
            key is null ? mail : null,
            key
        );
        // The sender of this process tells the saga of both steps at once; until then the renderer's lease stands.
        if (hints.IsHandover)
            return processed with { IsUntold = true };
        var after = await mediator.TellAsync(new RenderingSucceeded(email.Hint.EmailId, email.Hint.Version), cancellationToken);
        return after is { IsAccepted: true } ? processed with { Version = after.Version } : null;
    }
}
