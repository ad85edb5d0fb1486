using MassTransit.Mediator;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Delivery.Pacing;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Delivery.Signing;
using ScaiSend.Delivery.Simulation;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Delivery;

/// <summary>
/// Hands one rendered email over: finds its way, asks whether it may go now, writes the attempt down, signs, sends, and tells the saga what came of it.
/// May run twice for an email: only one run gets the attempt, the other stops.
/// </summary>
public sealed class DeliverEmail(
    MailInHand mails,
    MailRoutes routes,
    Pacer pacer,
    SmtpSender sender,
    SigningKeys keys,
    IMediator mediator,
    AttemptTraces traces,
    IOptions<Leases> leases,
    TimeProvider time
)
{
    /// <param name="takesLong">Called when the email may have to wait for its receiver.</param>
    public async Task RunAsync(ProcessedEmail email, Action takesLong, CancellationToken cancellationToken)
    {
        if (await mails.TakeAsync(email, cancellationToken) is not { } mail)
            return;
        var route = await routes.FindAsync(mail, email.EmailId, email.TenantId, cancellationToken);
        var destination = (route as MxRoute.ToHosts)?.Destination;
        var admission = destination is null ? null : await AdmitAsync(destination, takesLong, cancellationToken);
        if (admission is Admission.HeldBack { Delay: var delay, Reason: var reason })
        {
            // Without the caller's token: an email that is given back must not wait for its lease to end.
            await mediator.TellAsync(
                new DeliveryHeldBack(email.EmailId, email.Version, delay, reason, WasRendered: email.IsUntold),
                CancellationToken.None
            );
            return;
        }
        using var place = (admission as Admission.Admitted)?.Place;
        await using var slot = destination is null ? null : await sender.ReserveAsync(destination, CancellationToken.None);
        if (destination is not null && slot is null)
            throw new InvalidOperationException("Whoever has a place has a connection, too");

        var trouble = await mails.FindTroubleAsync(mail, cancellationToken);
        if (trouble is { IsGone: true })
        {
            var failed = await mediator.TellAsync(new RenderingFailed(email.EmailId, email.Version, trouble.Message), cancellationToken);
            if (failed is { IsAccepted: true })
                await mails.ForgetAsync(email, cancellationToken);
            return;
        }

        var started = await mediator.TellAsync(
            new DeliveryStarted(email.EmailId, email.Version, email.IsUntold) { IsSimulated = mail.Simulated is not null },
            cancellationToken
        );
        if (started is not { IsAccepted: true })
            return;

        // From here on the attempt stands in the database: it runs to its end, within its own time limits, even while the process stops.
        var startedAt = time.GetUtcNow();
        // A signature that nobody reads is not made; without one nothing is spooled either.
        if (trouble is null && !mail.IsSigned && mail.Simulated is null)
            try
            {
                mail = await keys.SignAsync(email.TenantId, mail, CancellationToken.None);
            }
            catch (FileTroubleException e)
            {
                trouble = e;
            }
        place?.Begin();
        var outcome = (trouble, route) switch
        {
            (not null, _) => sender.NotSent(new Answer.Trouble(TroubleKind.Storage, trouble.Message), startedAt),
            (_, MxRoute.ToHosts to) => await slot!.SendAsync(mail, to, CancellationToken.None),
            (_, MxRoute.Simulated played) => SimulatedServer.Outcome(played.Scenario, started.Attempts, startedAt),
            _ => sender.NotSent(route, startedAt),
        };
        if (trouble is null && place is not null)
            place.Report(outcome);
        traces.Tell(email, outcome);
        // The connection is free for the next mail while what came of this one is committed.
        await Task.WhenAll(TellAsync(email, started, mail, outcome), LeaveAsync());

        async Task LeaveAsync()
        {
            if (slot is not null)
                await slot.DisposeAsync();
            place?.Dispose();
        }
    }

    // A process that stops gives back what has not begun, so that another one may have it at once.
    private async Task<Admission> AdmitAsync(Destination destination, Action takesLong, CancellationToken cancellationToken)
    {
        try
        {
            return await pacer.EnterAsync(destination, takesLong, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Admission.HeldBack(TimeSpan.Zero, "The sending process stopped before this attempt");
        }
    }

    private async Task TellAsync(ProcessedEmail email, Transition started, RenderedMail mail, SendOutcome outcome)
    {
        var version = started.Version;
        switch (outcome.Verdict)
        {
            case Verdict.Delivered:
                await TellOutcomeAsync(new DeliverySucceeded(email.EmailId, version, outcome.Attempt) { Simulated = mail.Simulated });
                break;
            case Verdict.Bounced bounced:
                await TellOutcomeAsync(new DeliveryRefused(email.EmailId, version, outcome.Attempt, bounced.Class));
                break;
            case Verdict.Deferred:
                var key = await mails.KeepAsync(email, mail, CancellationToken.None);
                // A rule may leave later attempts to the schedule.
                var retryAfter = mail.Simulated is null ? outcome.Rule?.Then.DelayAfter(started.Attempts) : SimulatedServer.RetryAfter;
                await TellOutcomeAsync(new DeliveryDeferred(email.EmailId, version, outcome.Attempt, key, retryAfter));
                return;
            default:
                throw new InvalidOperationException($"{outcome.Verdict} is no verdict");
        }
        await mails.ForgetAsync(email, CancellationToken.None);
    }

    // A server's answer is known only here: while the database is away it is told again and again, until the lease ends and the email is tried anew.
    private Task TellOutcomeAsync<T>(T outcome)
        where T : EmailFact => mediator.TellUntilAsync(outcome, time, leases.Value.Deliver);
}
