using MassTransit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Sagas.Emails;

/// <summary>The verbs of <see cref="EmailStateMachine"/>. Pure: they change the saga in memory and do no I/O, because a whole batch waits for them.</summary>
internal sealed class EmailSteps(TimeProvider time, RetrySchedule retry, Leases leases)
{
    public void Accept(BehaviorContext<EmailState> context)
    {
        context.Saga.IsChanged = true;
        context.Saga.Version++;
    }

    public void RecordProcessed(BehaviorContext<EmailState> context) => Record(context.Saga, EventTypes.Processed);

    public void LeaseToSender(BehaviorContext<EmailState> context) => Lease(context.Saga, leases.Handover);

    public void Fail(BehaviorContext<EmailState, RenderingFailed> context)
    {
        CloseInterrupted(context);
        Fail(context.Saga, context.Message.Reason);
    }

    public void FailAsAsked(BehaviorContext<EmailState> context) => Fail(context.Saga, "Given up at the sender's request");

    /// <summary>Writes the attempt down before its connection is opened, so that a crash cannot become a hammering loop.</summary>
    public void BeginAttempt(BehaviorContext<EmailState> context)
    {
        var saga = context.Saga;
        saga.Attempts++;
        saga.AttemptStartedAt = Now;
        Lease(saga, leases.Deliver);
    }

    /// <summary>An attempt whose process died: what the receiver answered is unknown.</summary>
    public void CloseInterrupted(BehaviorContext<EmailState> context)
    {
        var saga = context.Saga;
        if (saga.AttemptStartedAt is not { } startedAt)
            return;
        saga.NewAttempts.Add(
            new EmailAttempt
            {
                EmailId = saga.CorrelationId,
                TenantId = saga.TenantId,
                Number = saga.Attempts,
                StartedAt = startedAt,
                DurationMs = (int)Math.Min((Now - startedAt).TotalMilliseconds, int.MaxValue),
                Reply = "The sending process stopped during this attempt; the answer is unknown",
                Outcome = "interrupted",
            }
        );
        saga.AttemptStartedAt = null;
    }

    public void HoldBack(BehaviorContext<EmailState, DeliveryHeldBack> context)
    {
        Wait(context.Saga, Now + context.Message.Delay);
        if (context.Message.Reason is { } reason)
            context.Saga.LastReply = Shorten(reason);
    }

    public bool IsHeld(BehaviorContext<EmailState> context) => context.Saga.Lane == EmailLane.Held;

    public bool IsNotHeld(BehaviorContext<EmailState> context) => !IsHeld(context);

    /// <summary>Until it is released; otherwise its deadline ends it.</summary>
    public void Hold(BehaviorContext<EmailState> context)
    {
        context.Saga.Lane = EmailLane.Held;
        context.Saga.DueAt = context.Saga.DeadlineAt;
    }

    public void Drop(BehaviorContext<EmailState, EmailSuppressed> context)
    {
        Record(context.Saga, EventTypes.Dropped, context.Message.Reason);
        context.Saga.LastReply = context.Message.Reason;
        End(context.Saga);
    }

    /// <summary>Until the batch is resumed, which makes it due; otherwise its deadline ends it.</summary>
    public void WaitForBatch(BehaviorContext<EmailState> context) => Wait(context.Saga, context.Saga.DeadlineAt);

    public void Deliver(BehaviorContext<EmailState, DeliverySucceeded> context)
    {
        CloseAttempt(context.Saga, context.Message.Attempt, "delivered");
        Record(context.Saga, EventTypes.Delivered, Words(context.Message.Attempt), DataOf(context.Message.Attempt, context.Saga));
        End(context.Saga);
        if (context.Message.Simulated is { } life)
            SimulatedRecipient.React(context.Saga, life, Now);
    }

    public void Bounce(BehaviorContext<EmailState, DeliveryRefused> context)
    {
        CloseAttempt(context.Saga, context.Message.Attempt, "bounce");
        var data = DataOf(context.Message.Attempt, context.Saga) with { BounceType = Word(context.Message.Class) };
        Record(context.Saga, TypeOf(context.Message.Class), Words(context.Message.Attempt), data);
        Suppress(context.Saga, context.Message.Class, context.Message.Attempt.EnhancedStatusCode, Words(context.Message.Attempt));
        End(context.Saga);
    }

    public void BounceAsReported(BehaviorContext<EmailState, BounceReported> context)
    {
        var report = context.Message;
        Record(
            context.Saga,
            TypeOf(report.Class),
            report.Reason,
            new EventData
            {
                BounceType = Word(report.Class),
                Status = report.Status,
                ReportedBy = report.ReportingMta,
                AfterDelivery = true,
            }
        );
        Suppress(context.Saga, report.Class, report.Status, report.Reason);
        context.Saga.LastReply = Shorten(report.Reason);
        End(context.Saga);
    }

    public void RecordComplaint(BehaviorContext<EmailState, ComplaintReported> context)
    {
        var (saga, report) = (context.Saga, context.Message);
        Record(saga, EventTypes.SpamReport, null, new EventData { FeedbackType = report.FeedbackType, Source = report.Source });
        Suppress(saga, SuppressionList.SpamReports, null, null, report.FeedbackType, report.SourceAddress);
    }

    public void Defer(BehaviorContext<EmailState, DeliveryDeferred> context)
    {
        CloseAttempt(context.Saga, context.Message.Attempt, "deferred");
        Record(context.Saga, EventTypes.Deferred, Words(context.Message.Attempt), DataOf(context.Message.Attempt, context.Saga));
        context.Saga.MailKey = context.Message.MailKey;
        // Who the provider is shows only now, and the policy may have changed since.
        context.Saga.DeadlineAt =
            context.Saga.StartsAt
            + retry.GiveUpAfter(context.Message.Attempt.Provider, MailDomain.Of(context.Saga.Recipient), context.Saga.TenantId);
    }

    public bool IsPastDeadline(BehaviorContext<EmailState> context) => Now >= context.Saga.DeadlineAt;

    /// <summary>Due again when a reply rule or else the schedule says, at the latest at the deadline.</summary>
    public void WaitForNextAttempt(BehaviorContext<EmailState, DeliveryDeferred> context)
    {
        var saga = context.Saga;
        var wait =
            context.Message.RetryAfter
            ?? retry.WaitAfter(saga.Attempts, context.Message.Attempt.Provider, MailDomain.Of(saga.Recipient), saga.TenantId);
        var next = Now + wait;
        Wait(saga, next < saga.DeadlineAt ? next : saga.DeadlineAt);
    }

    public void GiveUp(BehaviorContext<EmailState> context)
    {
        var last = context.Saga.LastReply is { } reply ? $"; the last answer was: {reply}" : "";
        var data = new EventData { BounceType = Word(BounceClass.Soft), Attempt = context.Saga.Attempts };
        Record(context.Saga, EventTypes.Bounce, $"expired: not delivered before its deadline{last}", data);
        // Of an address that no server was asked about there is nothing to remember.
        if (context.Saga.Attempts > 0)
            Suppress(context.Saga, BounceClass.Soft, null, context.Saga.LastReply);
        End(context.Saga);
    }

    public void Cancel(BehaviorContext<EmailState> context)
    {
        Record(context.Saga, "cancelled");
        End(context.Saga);
    }

    public void WakeNow(BehaviorContext<EmailState> context) => Wait(context.Saga, Now);

    /// <summary>Now, but not before its <c>send_at</c>.</summary>
    public void Release(BehaviorContext<EmailState> context) =>
        Wait(context.Saga, context.Saga.StartsAt > Now ? context.Saga.StartsAt : Now);

    /// <summary>Held back for its destination's sake, or its stage's lease is over; and no operator holds it.</summary>
    public bool IsInNobodysHands(BehaviorContext<EmailState> context) =>
        context.Saga.Lane == EmailLane.Waiting || IsNotHeld(context) && context.Saga.DueAt <= Now;

    private DateTimeOffset Now => time.GetUtcNow();

    private void Fail(EmailState saga, string reason)
    {
        Record(saga, EventTypes.Dropped, reason);
        saga.LastReply = reason;
        End(saga);
    }

    private void Lease(EmailState saga, TimeSpan lease)
    {
        saga.Lane = EmailLane.InFlight;
        saga.DueAt = Now + lease;
    }

    private static void Wait(EmailState saga, DateTimeOffset until)
    {
        saga.Lane = EmailLane.Waiting;
        saga.DueAt = until;
    }

    private void End(EmailState saga)
    {
        saga.Lane = EmailLane.Ended;
        saga.DueAt = null;
        saga.IsEnding = saga.EndedAt is null;
        saga.EndedAt = Now;
    }

    private static void CloseAttempt(EmailState saga, AttemptReport attempt, string outcome)
    {
        var reply = Words(attempt);
        saga.NewAttempts.Add(
            new EmailAttempt
            {
                EmailId = saga.CorrelationId,
                TenantId = saga.TenantId,
                Number = saga.Attempts,
                StartedAt = attempt.StartedAt,
                DurationMs = (int)Math.Min(attempt.Duration.TotalMilliseconds, int.MaxValue),
                MxHost = attempt.MxHost,
                MxAddress = attempt.MxAddress,
                Tls = attempt.Tls,
                ReplyCode = attempt.ReplyCode,
                EnhancedStatusCode = attempt.EnhancedStatusCode,
                Reply = Shorten(attempt.Reply)!,
                Provider = attempt.Provider,
                Source = attempt.Source,
                Step = attempt.Step,
                Rule = attempt.Rule,
                TlsPolicy = attempt.TlsPolicy,
                Certificate = attempt.Certificate,
                Outcome = outcome,
            }
        );
        saga.AttemptStartedAt = null;
        saga.LastReply = reply;
    }

    private void Record(EmailState saga, string type, string? reason = null, EventData? data = null) =>
        saga.Record(type, Now, reason, data?.Write());

    // Only what is wrong with the address itself keeps later mail back; a full mailbox or a block is kept for the sender to see.
    private void Suppress(EmailState saga, BounceClass bounceClass, string? status, string? reason)
    {
        var list =
            bounceClass != BounceClass.Hard ? SuppressionList.Blocks
            : status is "5.1.2" or "5.1.3" or "5.1.10" or "5.4.4" ? SuppressionList.InvalidEmails
            : SuppressionList.Bounces;
        Suppress(saga, list, bounceClass, status, reason, null);
    }

    private void Suppress(
        EmailState saga,
        SuppressionList list,
        BounceClass? bounceClass,
        string? status,
        string? reason,
        string? source
    ) =>
        saga.Suppress(
            new Suppression
            {
                TenantId = saga.TenantId,
                AddressKey = SuppressedAddress.KeyOf(saga.Recipient),
                List = list,
                Address = saga.Recipient,
                CreatedAt = Now,
                Reason = Shorten(reason),
                BounceType = bounceClass,
                Status = status is { Length: > 16 } ? null : status,
                Source = source is { Length: > 255 } ? source[..255] : source,
                EmailId = saga.CorrelationId,
            }
        );

    private static EventData DataOf(AttemptReport attempt, EmailState saga) => EventData.Of(attempt, saga.Attempts);

    private static string TypeOf(BounceClass bounceClass) => bounceClass == BounceClass.Block ? EventTypes.Blocked : EventTypes.Bounce;

    private static string Word(BounceClass bounceClass) => bounceClass.ToString().ToLowerInvariant();

    // As the server said it: 250 2.0.0 OK.
    private static string Words(AttemptReport attempt) =>
        Shorten(attempt.ReplyCode is { } code ? $"{code} {attempt.Reply}" : attempt.Reply)!;

    // The column's width; a reply of a hostile server may be long.
    private static string? Shorten(string? text) => text is { Length: > 1000 } ? text[..1000] : text;
}
