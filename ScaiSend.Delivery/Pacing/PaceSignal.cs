using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Pacing;

/// <summary>What an attempt says about how fast its destination wants mail.</summary>
public enum PaceSignal
{
    /// <summary>Nothing, such as an unknown recipient.</summary>
    Neutral,

    /// <summary>A mail was taken.</summary>
    Success,

    /// <summary>Less, please.</summary>
    SlowDown,

    /// <summary>No conversation came about.</summary>
    NoConnection,
}

/// <summary>Reads the signal out of an attempt. Pure.</summary>
public static class PaceSignals
{
    public static PaceSignal Of(SendOutcome outcome) =>
        outcome switch
        {
            // The host that took the mail says nothing about the one before it, which asked for less.
            { Passed: { } passed } when Of(passed) == PaceSignal.SlowDown => PaceSignal.SlowDown,
            { Verdict: Verdict.Delivered } => PaceSignal.Success,
            { Attempt: var attempt } when SlowsDown(outcome.Rule, attempt.ReplyCode, attempt.EnhancedStatusCode) => PaceSignal.SlowDown,
            { Verdict: Verdict.Deferred, Attempt: { ReplyCode: null, Step: "connect" or "greeting" or "hello" } } =>
                PaceSignal.NoConnection,
            _ => PaceSignal.Neutral,
        };

    /// <summary>Whether a reply asks for less. A rule that says so or denies it has the say, for it knows the receiver.</summary>
    /// <param name="code">Null when there was no reply: what we object to ourselves, such as a certificate, is no wish of the receiver's.</param>
    public static bool SlowsDown(ReplyRule? rule, int? code, string? enhanced) =>
        rule?.Then.SlowDown
        // RFC 5321 §4.2.2: 421 closes the channel; RFC 3463 §3.8: x.7 is about policy, and 4.7 about what may pass.
        ?? (code == 421 || (code is not null && enhanced is not null && enhanced.StartsWith("4.7.", StringComparison.Ordinal)));
}
