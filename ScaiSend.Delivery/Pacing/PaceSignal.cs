using ScaiSend.Delivery.Sending;

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
            { Verdict: Verdict.Delivered } => PaceSignal.Success,
            // A rule knows the receiver: where it is silent about the pace, so are we. Greylisting answers 4.7.1 too.
            { Rule.Then: var then } => then.SlowDown ? PaceSignal.SlowDown : PaceSignal.Neutral,
            // RFC 5321 §4.2.2: 421 closes the channel; RFC 3463 §3.8: x.7 is about policy, and 4.7 about what may pass.
            { Attempt.ReplyCode: 421 } => PaceSignal.SlowDown,
            { Attempt.EnhancedStatusCode: { } code } when code.StartsWith("4.7.", StringComparison.Ordinal) => PaceSignal.SlowDown,
            { Verdict: Verdict.Deferred, Attempt: { ReplyCode: null, Step: "connect" or "greeting" or "hello" } } =>
                PaceSignal.NoConnection,
            _ => PaceSignal.Neutral,
        };
}
