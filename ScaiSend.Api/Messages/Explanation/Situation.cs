using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Where an email stands and how it came there, as far as its rows tell. A closed choice: every explanation begins here.</summary>
public enum Situation
{
    WaitsForSendAt,
    BatchPaused,
    BatchResumed,
    BatchCancelled,

    /// <summary>Due later, for no reason that is stored.</summary>
    WaitsForItsTime,
    WaitsForWindow,
    WaitsForWorker,
    BeingRendered,

    /// <summary>A stage's time is up, other than in an attempt.</summary>
    LeaseOver,
    HeldByOperator,
    PastDeadline,
    HandedOver,
    HeldBack,
    Suspended,

    /// <summary>It was put off for a suspension that is over.</summary>
    SuspensionOver,
    BeingSent,

    /// <summary>No end of the attempt was written down in time.</summary>
    AttemptLost,
    WaitsForNextAttempt,
    NextAttemptBegins,

    /// <summary>No further attempt before the deadline.</summary>
    WaitsForDeadline,
    Delivered,

    /// <summary>The address is wrong or closed.</summary>
    BouncedHard,
    BouncedSoft,

    /// <summary>Reputation or policy.</summary>
    Blocked,
    Expired,

    /// <summary>A server took it, and it came back.</summary>
    BouncedAfterDelivery,
    BouncedUnexplained,
    DroppedAsBounced,
    DroppedAsInvalid,
    DroppedAsSpamReport,
    DroppedAsUnsubscribed,
    DroppedByGroup,

    /// <summary>Unsubscribed from everything or from the group; the lists do not say which any more.</summary>
    DroppedForAnUnsubscribe,
    DroppedUnexplained,
    FailedInTemplate,
    FailedAsAsked,
    FailedOtherwise,
    FailedUnexplained,
    Cancelled,
}

/// <summary>Finds the situation. Pure.</summary>
public static class Situations
{
    public static Situation Of(EmailFacts facts) =>
        facts.Email.State switch
        {
            EmailStatus.Delivered => Situation.Delivered,
            EmailStatus.Bounced => OfBounce(facts),
            EmailStatus.Dropped => OfDrop(facts),
            EmailStatus.Failed => OfFailure(facts),
            EmailStatus.Cancelled => Situation.Cancelled,
            _ when facts.IsInNobodysHands && facts.Email.DeadlineAt <= facts.Now => Situation.PastDeadline,
            _ when facts.Email.Lane == EmailLane.Held => Situation.HeldByOperator,
            EmailStatus.Queued => OfQueued(facts),
            EmailStatus.Processed => OfProcessed(facts),
            EmailStatus.Delivering => facts.HasLease ? Situation.BeingSent : Situation.AttemptLost,
            EmailStatus.Deferred => OfDeferred(facts),
            _ => throw new ArgumentOutOfRangeException(nameof(facts), facts.Email.State, "No such state"),
        };

    private static Situation OfQueued(EmailFacts facts)
    {
        if (facts.Email.Lane != EmailLane.Waiting)
            return facts.HasLease ? Situation.BeingRendered : Situation.LeaseOver;
        return facts.Batch?.Status switch
        {
            BatchStatus.Pause => Situation.BatchPaused,
            BatchStatus.Cancel or BatchStatus.CancelForGood => Situation.BatchCancelled,
            _ when facts.IsDue => OfDue(facts),
            _ when facts.Email.StartsAt > facts.Now => Situation.WaitsForSendAt,
            _ when facts.Batch is { ChangedAt: not null } && facts.IsDueAtDeadline => Situation.BatchResumed,
            _ => Situation.WaitsForItsTime,
        };
    }

    private static Situation OfProcessed(EmailFacts facts) =>
        facts.Email.Lane != EmailLane.Waiting
            ? facts.HasLease
                ? Situation.HandedOver
                : Situation.LeaseOver
            : facts.IsDue
                ? OfDue(facts)
                : facts.HeldBackFor is not null
                    ? OfHeldBack(facts)
                    : Situation.WaitsForItsTime;

    private static Situation OfDeferred(EmailFacts facts) =>
        facts.Email.Lane != EmailLane.Waiting
            ? facts.HasLease
                ? Situation.NextAttemptBegins
                : Situation.LeaseOver
            : facts.IsDue
                ? OfDue(facts)
                : facts.HeldBackFor is not null
                    ? OfHeldBack(facts)
                    : facts.IsDueAtDeadline
                        ? Situation.WaitsForDeadline
                        : Situation.WaitsForNextAttempt;

    private static Situation OfDue(EmailFacts facts) => facts.IsWindowFull == true ? Situation.WaitsForWindow : Situation.WaitsForWorker;

    private static Situation OfHeldBack(EmailFacts facts) =>
        !RecordedWords.IsSuspension(facts.HeldBackFor!) ? Situation.HeldBack
        : facts.SuspensionsOfIt.Any() ? Situation.Suspended
        : Situation.SuspensionOver;

    private static Situation OfBounce(EmailFacts facts)
    {
        if (facts.Bounce is not { } bounce)
            return Situation.BouncedUnexplained;
        var told = bounce.Told;
        if (told.IsAfterDelivery)
            return Situation.BouncedAfterDelivery;
        // Given up without an answer that refused it; of an erased person the reason is gone, and this is not.
        if (
            RecordedWords.IsExpiry(bounce.Event.Reason)
            || told is { BounceType: "soft", SmtpCode: null, Status: null } && !facts.WasRefused
        )
            return Situation.Expired;
        return told.BounceType switch
        {
            "hard" => Situation.BouncedHard,
            "soft" => Situation.BouncedSoft,
            "block" => Situation.Blocked,
            _ => Situation.BouncedUnexplained,
        };
    }

    private static Situation OfDrop(EmailFacts facts) =>
        facts.DropReason switch
        {
            SuppressionRule.BouncedAddress => Situation.DroppedAsBounced,
            SuppressionRule.Invalid => Situation.DroppedAsInvalid,
            SuppressionRule.SpamReportingAddress => Situation.DroppedAsSpamReport,
            SuppressionRule.UnsubscribedAddress => OfUnsubscribe(facts),
            _ => Situation.DroppedUnexplained,
        };

    // The rule that kept it back looks at both lists and names neither; what the mail itself says may leave only one of them.
    private static Situation OfUnsubscribe(EmailFacts facts)
    {
        var settings = facts.Settings;
        if (settings.GroupId is not { } group)
            return Situation.DroppedAsUnsubscribed;
        if (settings.BypassesUnsubscribes)
            return Situation.DroppedByGroup;
        return facts.WasListed(SuppressionList.GlobalUnsubscribes) ? Situation.DroppedAsUnsubscribed
            : facts.WasListed(SuppressionList.Group, group) ? Situation.DroppedByGroup
            : Situation.DroppedForAnUnsubscribe;
    }

    private static Situation OfFailure(EmailFacts facts) =>
        facts.DropReason switch
        {
            null or RecordedWords.Erased => Situation.FailedUnexplained,
            RecordedWords.GivenUpAsAsked => Situation.FailedAsAsked,
            var reason when RecordedWords.IsTemplateError(reason) => Situation.FailedInTemplate,
            _ => Situation.FailedOtherwise,
        };
}
