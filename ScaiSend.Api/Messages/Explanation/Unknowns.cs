using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Names what one may want to know of an email and what its rows do not tell. Pure.</summary>
public static class Unknowns
{
    public static IReadOnlyList<string> Of(Situation situation, EmailFacts facts)
    {
        var unknown = new List<string>();
        if (facts.IsErased)
            unknown.Add("Who the recipient was, and what servers said: that was erased on request");
        if (situation == Situation.Delivered)
            unknown.Add("Whether it lies in the inbox or among the spam: the server that took it does not say");
        if (situation == Situation.Delivered && !facts.WasRead)
            unknown.Add("Whether it was read");
        if (situation == Situation.BeingSent)
            unknown.Add(
                "What the server has answered so far, and whether the process that sends it still runs: only the end of an attempt is written down"
            );
        if (situation == Situation.Cancelled)
            unknown.Add("Who withdrew it: the sender, its batch, an operator, or an order to erase the recipient");
        if (situation == Situation.FailedAsAsked)
            unknown.Add("Who gave it up: the sender, or staff; the audit log tells what was done in the console");
        if (situation is Situation.WaitsForWorker or Situation.LeaseOver or Situation.AttemptLost or Situation.PastDeadline)
            unknown.Add("Whether a worker runs: if this stays so for more than a few seconds, none does");
        if (situation == Situation.WaitsForItsTime)
            unknown.Add("Why it is due only then");
        if (situation is Situation.BouncedUnexplained or Situation.DroppedUnexplained or Situation.FailedUnexplained && !facts.IsErased)
            unknown.Add("Why: it is not stored any more");
        unknown.AddRange(
            facts
                .Attempts.Where(a => Obstacles.Of(a) == Obstacle.Interrupted)
                .Select(a => $"What the receiver answered to attempt {a.Number}: it may have the mail already")
        );
        unknown.AddRange(
            facts
                .Attempts.Where(RecordedWords.IsBrokenAtItsEnd)
                .Select(a =>
                    $"Whether the server took the mail at attempt {a.Number}: it had all of it and did not answer, so a further attempt may bring it a second time"
                )
        );
        var missing = facts.Email.Attempts - facts.Attempts.Count - (facts.Email.State == EmailStatus.Delivering ? 1 : 0);
        if (missing > 0 && (facts.HasEnded || facts.Email.AttemptStartedAt is null))
            unknown.Add($"What came of {missing} of its attempts: that is not stored");
        return unknown;
    }
}
