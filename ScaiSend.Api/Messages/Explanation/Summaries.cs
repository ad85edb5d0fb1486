using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Says in one or two sentences where an email stands. Pure.</summary>
public static class Summaries
{
    public static string Of(Situation situation, EmailFacts facts)
    {
        var email = facts.Email;
        return situation switch
        {
            Situation.WaitsForSendAt => $"It is scheduled, and is sent at {Words.At(email.StartsAt)}.",
            Situation.BatchPaused => "It waits because its batch is paused, and goes on when the batch is resumed.",
            Situation.BatchResumed => "Its batch was resumed, and it goes on as soon as a worker has woken it.",
            Situation.BatchCancelled => facts.Batch!.Status == BatchStatus.CancelForGood
                ? "Its batch is cancelled for good, and it is withdrawn as soon as a worker comes to it."
                : $"Its batch is cancelled: it is withdrawn when its time comes, {Words.At(email.DueAt, "now")}, unless the batch is resumed before.",
            Situation.WaitsForItsTime => $"It waits, and goes on {Words.At(email.DueAt, "at once")}.",
            Situation.WaitsForWindow =>
                "It is due and waits for its turn: so much mail of this sender is on its way already that more is taken up only as that leaves.",
            Situation.WaitsForWorker => "It is due, and the next worker that looks takes it up.",
            Situation.BeingRendered => "It is being made into a mail, or waits for that.",
            Situation.LeaseOver => "The process that had it did not finish in time. It is taken up again by itself.",
            Situation.HeldByOperator => "An operator of this installation holds it back. Nothing happens to it until it is released.",
            Situation.PastDeadline =>
                $"Its deadline has passed {Words.At(email.DeadlineAt, "")}: it ends as not delivered as soon as a worker comes to it.",
            Situation.HandedOver => "It is made into a mail, and is about to be sent.",
            Situation.HeldBack =>
                $"It is ready, and was put off without an attempt{Words.Quoted(facts.HeldBackFor)} It goes on {Words.At(email.DueAt, "at once")}.",
            Situation.Suspended =>
                $"It is ready, and mail to its receiver is suspended for now{Words.Quoted(facts.HeldBackFor)} It is taken up again {Words.At(email.DueAt, "at once")}.",
            Situation.SuspensionOver =>
                $"It is ready. Mail to its receiver was suspended, which is over{Words.Quoted(facts.HeldBackFor)} It is taken up again {Words.At(email.DueAt, "at once")}.",
            Situation.BeingSent =>
                $"It is being sent: attempt {email.Attempts} began {Words.At(email.AttemptStartedAt, "a moment ago")}, and no end of it is written down yet.",
            Situation.AttemptLost =>
                $"No end of attempt {email.Attempts} was written down in time: the process that made it stopped, or could not write. It is tried again by itself.",
            Situation.WaitsForNextAttempt => $"{Trouble(facts)} It is tried again {Words.At(email.DueAt, "at once")}.",
            Situation.NextAttemptBegins => $"{Trouble(facts)} The next attempt is about to begin.",
            Situation.WaitsForDeadline =>
                $"{Trouble(facts)} No further attempt is planned before its deadline, {Words.At(email.DeadlineAt)}, when it is given up.",
            Situation.Delivered => $"The receiving server took it {Words.At(email.EndedAt, "")}".TrimEnd() + Words.Quoted(email.LastReply),
            Situation.BouncedHard when facts.LastAttempt is { } attempt && Obstacles.Of(attempt) == Obstacle.NoRoute =>
                $"It was given up without asking any server. {Obstacles.Words(attempt)}{Words.Quoted(facts.Bounce?.Event.Reason)}",
            Situation.BouncedHard =>
                $"It was refused for good, because the address is wrong or closed{Words.Quoted(facts.Bounce?.Event.Reason)}",
            Situation.BouncedSoft =>
                $"It was refused, for a reason that trying again would not cure{Words.Quoted(facts.Bounce?.Event.Reason)}",
            Situation.Blocked =>
                $"It was refused for reputation or policy, not because of the address{Words.Quoted(facts.Bounce?.Event.Reason)}",
            Situation.Expired => Expired(facts),
            Situation.BouncedAfterDelivery =>
                $"A server took it, and it was reported later that it could not be delivered{Words.Quoted(facts.Bounce?.Event.Reason)}",
            Situation.BouncedUnexplained => "It was not delivered. Why is not stored any more.",
            Situation.DroppedAsBounced => "It was not sent: the address is on the list of bounces, as one that refuses mail for good.",
            Situation.DroppedAsInvalid => "It was not sent: the address is on the list of those that cannot exist.",
            Situation.DroppedAsSpamReport =>
                "It was not sent: the address is on the list of spam reports, as one whose owner has called mail of this sender spam.",
            Situation.DroppedAsUnsubscribed => "It was not sent: the recipient has unsubscribed from all mail of this sender.",
            Situation.DroppedByGroup => "It was not sent: the recipient has unsubscribed from mail of this group.",
            Situation.DroppedForAnUnsubscribe =>
                "It was not sent: the recipient had unsubscribed, from all mail of this sender or from mail of this group.",
            Situation.DroppedUnexplained =>
                "It was not sent, because its recipient was on a list of addresses that get no mail. Which list is not stored any more.",
            Situation.FailedInTemplate => $"No mail could be made of it, because of its template{Words.Quoted(facts.DropReason)}",
            Situation.FailedAsAsked => "It was given up on request.",
            Situation.FailedOtherwise => $"No mail could be made of it{Words.Quoted(facts.DropReason)}",
            Situation.FailedUnexplained => "No mail was made of it. Why is not stored any more.",
            Situation.Cancelled => "It was withdrawn before it was handed over.",
            _ => throw new ArgumentOutOfRangeException(nameof(situation), situation, "No such situation"),
        };
    }

    /// <summary>Of several emails, how many stand where.</summary>
    public static string OfMessage(IReadOnlyList<ExplainedEmail> emails) =>
        emails.Count == 1
            ? emails[0].Summary
            : $"{emails.Count} recipients: {string.Join(", ", emails.GroupBy(e => e.Status).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}"))}.";

    private static string Trouble(EmailFacts facts) =>
        facts.LastAttempt is { } attempt
            ? Obstacles.Words(attempt) + Words.Quoted(attempt.Reply)
            : "The last attempt failed; what came of it is not stored any more.";

    private static string Expired(EmailFacts facts) =>
        (facts.LastAttempt, facts.Email.Attempts) switch
        {
            (_, 0) => "It was given up at its deadline, before any server was asked.",
            ({ } last, var attempts) =>
                $"It was given up at its deadline, after {attempts} {(attempts == 1 ? "attempt" : "attempts")}. Of the last one: {LowerFirst(Obstacles.Words(last))}{Words.Quoted(last.Reply)}",
            (null, var attempts) => $"It was given up at its deadline, after {attempts} {(attempts == 1 ? "attempt" : "attempts")}.",
        };

    private static string LowerFirst(string text) =>
        text.StartsWith("DNS", StringComparison.Ordinal) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
