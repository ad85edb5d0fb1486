using MassTransit;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Sagas.Emails;

/// <summary>
/// The life of one email, and the only writer of its state. It decides and remembers; it never renders, signs, sends or queries.
/// A fact about another version of the row, or one that its state has no use for, changes nothing: every stage may run twice.
/// </summary>
public sealed class EmailStateMachine : MassTransitStateMachine<EmailState>
{
    public EmailStateMachine(TimeProvider time, RetrySchedule retry, IOptions<Leases> leases)
    {
        var steps = new EmailSteps(time, retry, leases.Value);
        var recipient = new RecipientSteps();

        // The order gives the stored numbers, see EmailStatus.
        InstanceState(x => x.State, Queued, Processed, Delivering, Delivered, Deferred, Bounced, Failed, Cancelled, Dropped);

        During(
            Queued,
            When(Rendered, IsCurrent).Then(steps.Accept).Then(steps.RecordProcessed).Then(steps.LeaseToSender).TransitionTo(Processed)
        );

        // Where one process renders and delivers, it tells both at once.
        During(
            Queued,
            When(Started, MayBeginAndIsRendered)
                .Then(steps.Accept)
                .Then(steps.RecordProcessed)
                .Then(steps.BeginAttempt)
                .TransitionTo(Delivering),
            When(HeldBack, IsCurrentAndRendered).Then(steps.Accept).Then(steps.RecordProcessed).Then(steps.HoldBack).TransitionTo(Processed)
        );

        // Only what was never rendered: a pause comes too late for the rest.
        During(Queued, When(Held, IsCurrent).Then(steps.Accept).Then(steps.WaitForBatch));

        // Rendered again, because a lost hint had the bytes or the sender died in an attempt.
        During(
            [Processed, Delivering, Deferred],
            When(Rendered, IsCurrent).Then(steps.Accept).Then(steps.CloseInterrupted).Then(steps.LeaseToSender).TransitionTo(Processed)
        );

        During(
            [Queued, Processed, Delivering, Deferred],
            When(Unrenderable, IsCurrent).Then(steps.Accept).Then(steps.Fail).TransitionTo(Failed)
        );

        // Checked before each rendering and each retry.
        During(
            [Queued, Processed, Delivering, Deferred],
            When(Suppressed, IsCurrent).Then(steps.Accept).Then(steps.CloseInterrupted).Then(steps.Drop).TransitionTo(Dropped)
        );

        // Delivering too: the sender died in a later attempt, whose bytes are stored.
        During(
            [Processed, Deferred, Delivering],
            When(Started, MayBegin).Then(steps.Accept).Then(steps.CloseInterrupted).Then(steps.BeginAttempt).TransitionTo(Delivering)
        );
        During([Processed, Deferred], When(HeldBack, IsCurrent).Then(steps.Accept).Then(steps.HoldBack));
        During(
            Delivering,
            When(HeldBack, IsCurrent).Then(steps.Accept).Then(steps.CloseInterrupted).Then(steps.HoldBack).TransitionTo(Deferred)
        );

        During(
            Delivering,
            When(Succeeded, IsCurrent).Then(steps.Accept).Then(steps.Deliver).TransitionTo(Delivered),
            When(Refused, IsCurrent).Then(steps.Accept).Then(steps.Bounce).TransitionTo(Bounced),
            When(TemporarilyFailed, IsCurrent)
                .Then(steps.Accept)
                .Then(steps.Defer)
                .IfElse(
                    steps.IsPastDeadline,
                    late => late.Then(steps.GiveUp).TransitionTo(Bounced),
                    inTime => inTime.Then(steps.WaitForNextAttempt).TransitionTo(Deferred)
                )
        );

        During(
            [Queued, Processed, Delivering, Deferred],
            When(TooLate, IsCurrent).Then(steps.Accept).Then(steps.CloseInterrupted).Then(steps.GiveUp).TransitionTo(Bounced)
        );

        // Not while Delivering: the mail may be on the wire.
        During(
            [Queued, Processed, Deferred],
            When(Cancelling).Then(steps.Accept).Then(steps.Cancel).TransitionTo(Cancelled),
            When(Failing).Then(steps.Accept).Then(steps.FailAsAsked).TransitionTo(Failed)
        );
        // Not what an operator holds: the sender may ask for this too.
        During([Queued, Deferred], When(Retrying, steps.IsNotHeld).Then(steps.Accept).Then(steps.WakeNow));
        During([Processed, Delivering], When(Retrying, steps.IsInNobodysHands).Then(steps.Accept).Then(steps.WakeNow));

        // Not while Delivering: the mail may be on the wire. A stage that has it in hand finds its version gone, and stops.
        During([Queued, Processed, Deferred], When(Holding, steps.IsNotHeld).Then(steps.Accept).Then(steps.Hold));
        During([Queued, Processed, Deferred], When(Releasing, steps.IsHeld).Then(steps.Accept).Then(steps.Release));

        // What a server took and could not deliver comes back as a report, days later even.
        During(Delivered, When(CameBack).Then(steps.Accept).Then(steps.BounceAsReported).TransitionTo(Bounced));
        During([Delivered, Bounced], When(Complained).Then(steps.Accept).Then(steps.RecordComplaint));

        // What the recipient does with it. A receiver's scanner may follow links before it says 250; a late bounce may follow an open.
        During(
            [Delivering, Deferred, Delivered, Bounced],
            When(Opened).Then(steps.Accept).Then(recipient.RecordOpen),
            When(Clicked).Then(steps.Accept).Then(recipient.RecordClick),
            When(Unsubscribing).Then(steps.Accept).Then(recipient.Unsubscribe),
            When(Resubscribing).Then(steps.Accept).Then(recipient.Resubscribe)
        );

        OnUnhandledEvent(late => late.Ignore());
    }

    public State Queued { get; } = null!;
    public State Processed { get; } = null!;
    public State Delivering { get; } = null!;
    public State Delivered { get; } = null!;
    public State Deferred { get; } = null!;
    public State Bounced { get; } = null!;
    public State Failed { get; } = null!;
    public State Cancelled { get; } = null!;
    public State Dropped { get; } = null!;

    public Event<RenderingSucceeded> Rendered { get; } = null!;
    public Event<RenderingFailed> Unrenderable { get; } = null!;
    public Event<BatchPaused> Held { get; } = null!;
    public Event<EmailSuppressed> Suppressed { get; } = null!;
    public Event<HoldRequested> Holding { get; } = null!;
    public Event<ReleaseRequested> Releasing { get; } = null!;
    public Event<BounceReported> CameBack { get; } = null!;
    public Event<ComplaintReported> Complained { get; } = null!;
    public Event<DeliveryStarted> Started { get; } = null!;
    public Event<DeliveryHeldBack> HeldBack { get; } = null!;
    public Event<DeliverySucceeded> Succeeded { get; } = null!;
    public Event<DeliveryRefused> Refused { get; } = null!;
    public Event<DeliveryDeferred> TemporarilyFailed { get; } = null!;
    public Event<DeadlinePassed> TooLate { get; } = null!;
    public Event<CancelRequested> Cancelling { get; } = null!;
    public Event<FailRequested> Failing { get; } = null!;
    public Event<RetryRequested> Retrying { get; } = null!;

    public Event<EmailOpened> Opened { get; } = null!;
    public Event<LinkClicked> Clicked { get; } = null!;
    public Event<UnsubscribeRequested> Unsubscribing { get; } = null!;
    public Event<ResubscribeRequested> Resubscribing { get; } = null!;

    // GUARANTEE: nothing is sent for an email that was accepted as simulated, because an attempt that does not say so is not begun.
    private static bool MayBegin(BehaviorContext<EmailState, DeliveryStarted> context) =>
        IsCurrent(context) && context.Message.IsSimulated == context.Saga.IsSimulated;

    private static bool MayBeginAndIsRendered(BehaviorContext<EmailState, DeliveryStarted> context) =>
        MayBegin(context) && context.Message.WasRendered;

    private static bool IsCurrentAndRendered(BehaviorContext<EmailState, DeliveryHeldBack> context) =>
        IsCurrent(context) && context.Message.WasRendered;

    private static bool IsCurrent<T>(BehaviorContext<EmailState, T> context)
        where T : EmailFact => context.Message.Version == context.Saga.Version;
}
