using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Sagas.Emails;

/// <summary>The verbs of <see cref="EmailStateMachine"/>. Pure: they change the saga in memory and do no I/O, because a whole batch waits for them.</summary>
internal sealed class EmailSteps(TimeProvider time, IOptionsMonitor<RetrySchedule> retry, Leases leases)
{
    public void Accept(BehaviorContext<EmailState> context)
    {
        context.Saga.IsChanged = true;
        context.Saga.Version++;
    }

    public void RecordProcessed(BehaviorContext<EmailState> context) => Record(context.Saga, "processed");

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

    public void HoldBack(BehaviorContext<EmailState, DeliveryHeldBack> context) => Wait(context.Saga, Now + context.Message.Delay);

    /// <summary>Until the batch is resumed, which makes it due; otherwise its deadline ends it.</summary>
    public void WaitForBatch(BehaviorContext<EmailState> context) => Wait(context.Saga, context.Saga.DeadlineAt);

    public void Deliver(BehaviorContext<EmailState, DeliverySucceeded> context)
    {
        CloseAttempt(context.Saga, context.Message.Attempt, "delivered");
        Record(context.Saga, "delivered", Words(context.Message.Attempt));
        End(context.Saga);
    }

    public void Bounce(BehaviorContext<EmailState, DeliveryRefused> context)
    {
        CloseAttempt(context.Saga, context.Message.Attempt, "bounce");
        Record(context.Saga, "bounce", Words(context.Message.Attempt), BounceData(context.Message.Class));
        End(context.Saga);
    }

    public void Defer(BehaviorContext<EmailState, DeliveryDeferred> context)
    {
        CloseAttempt(context.Saga, context.Message.Attempt, "deferred");
        Record(context.Saga, "deferred", Words(context.Message.Attempt));
        context.Saga.MailKey = context.Message.MailKey;
    }

    public bool IsPastDeadline(BehaviorContext<EmailState> context) => Now >= context.Saga.DeadlineAt;

    /// <summary>Due again by the schedule, at the latest at the deadline.</summary>
    public void WaitForNextAttempt(BehaviorContext<EmailState> context)
    {
        var next = Now + retry.CurrentValue.WaitAfter(context.Saga.Attempts);
        Wait(context.Saga, next < context.Saga.DeadlineAt ? next : context.Saga.DeadlineAt);
    }

    public void GiveUp(BehaviorContext<EmailState> context)
    {
        var last = context.Saga.LastReply is { } reply ? $"; the last answer was: {reply}" : "";
        Record(context.Saga, "bounce", $"expired: not delivered before its deadline{last}", BounceData(BounceClass.Soft));
        End(context.Saga);
    }

    public void Cancel(BehaviorContext<EmailState> context)
    {
        Record(context.Saga, "cancelled");
        End(context.Saga);
    }

    public void WakeNow(BehaviorContext<EmailState> context) => Wait(context.Saga, Now);

    public bool IsLeaseOver(BehaviorContext<EmailState> context) => context.Saga.DueAt <= Now;

    private DateTimeOffset Now => time.GetUtcNow();

    private void Fail(EmailState saga, string reason)
    {
        Record(saga, "dropped", reason);
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
                Outcome = outcome,
            }
        );
        saga.AttemptStartedAt = null;
        saga.LastReply = reply;
    }

    private void Record(EmailState saga, string type, string? reason = null, string? data = null) =>
        saga.NewEvents.Add(
            new EmailEvent
            {
                EmailId = saga.CorrelationId,
                TenantId = saga.TenantId,
                Number = ++saga.Events,
                Type = type,
                At = Now,
                Reason = Shorten(reason),
                Data = data,
            }
        );

    private static string BounceData(BounceClass bounceClass) =>
        JsonSerializer.Serialize(new Dictionary<string, string> { ["bounce_type"] = bounceClass.ToString().ToLowerInvariant() });

    // As the server said it: 250 2.0.0 OK.
    private static string Words(AttemptReport attempt) =>
        Shorten(attempt.ReplyCode is { } code ? $"{code} {attempt.Reply}" : attempt.Reply)!;

    // The column's width; a reply of a hostile server may be long.
    private static string? Shorten(string? text) => text is { Length: > 1000 } ? text[..1000] : text;
}
