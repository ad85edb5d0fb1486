using System.Diagnostics;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Delivery;

/// <summary>Tells an attempt as a span of its message's trace: who answered and what it meant, no address and no words of the receiver.</summary>
public sealed class AttemptTraces(MessageTraces traces)
{
    public void Tell(ProcessedEmail email, SendOutcome outcome)
    {
        if (!traces.Has(email.MessageId))
            return;
        var attempt = outcome.Attempt;
        MessageTraces.Tell(
            "attempt",
            ActivityKind.Client,
            email.MessageId,
            attempt.StartedAt,
            attempt.Duration,
            [
                new("scaisend.email_id", Ids.Show(Ids.Email, email.EmailId)),
                new("scaisend.provider", attempt.Provider),
                new("scaisend.mx_host", attempt.MxHost),
                new("scaisend.outcome", Word(outcome.Verdict)),
                new("scaisend.reply_code", attempt.ReplyCode),
                new("scaisend.enhanced_status_code", attempt.EnhancedStatusCode),
                new("scaisend.step", attempt.Step),
                new("scaisend.rule", attempt.Rule),
                new("scaisend.tls", attempt.Tls),
            ]
        );
    }

    private static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Delivered => "delivered",
            Verdict.Deferred => "deferred",
            Verdict.Bounced { Class: BounceClass.Block } => "blocked",
            Verdict.Bounced => "bounce",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
        };
}
