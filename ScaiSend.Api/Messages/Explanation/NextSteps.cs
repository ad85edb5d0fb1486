using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Says what happens next by itself, and when. Pure.</summary>
public static class NextSteps
{
    public static NextStep? Of(Situation situation, EmailFacts facts)
    {
        var email = facts.Email;
        var (text, at) = situation switch
        {
            Situation.WaitsForSendAt => ("It is made into a mail and sent", email.DueAt),
            Situation.BatchPaused => ("When the batch is resumed it goes on; at its deadline, if that comes first, it is given up", null),
            Situation.BatchResumed => ("A worker wakes it, and it goes on", null),
            Situation.BatchCancelled => ("It is withdrawn", facts.Batch!.Status == BatchStatus.CancelForGood ? null : email.DueAt),
            Situation.WaitsForItsTime => ("It goes on", email.DueAt),
            Situation.WaitsForWindow => ("A worker takes it up as soon as enough of the sender's other mail has left", null),
            Situation.WaitsForWorker => ("A worker takes it up", email.DueAt),
            Situation.BeingRendered => (
                "It is handed to the stage that sends; if nothing is heard by then, a worker takes it up again",
                email.DueAt
            ),
            Situation.LeaseOver or Situation.AttemptLost => ("A worker takes it up again", email.DueAt),
            Situation.HeldByOperator => ("When it is released it goes on; at its deadline, if that comes first, it is given up", null),
            Situation.PastDeadline => ("A worker ends it as not delivered", email.DueAt),
            Situation.HandedOver or Situation.NextAttemptBegins => (
                "An attempt begins; if none has by then, a worker takes it up again",
                email.DueAt
            ),
            Situation.HeldBack or Situation.Suspended or Situation.SuspensionOver => (
                "It is taken up again, and is sent or put off further",
                email.DueAt
            ),
            Situation.BeingSent => ("The receiver's answer decides; if none is heard by then, it is tried again", email.DueAt),
            Situation.WaitsForNextAttempt => ($"Attempt {email.Attempts + 1} is made", email.DueAt),
            Situation.WaitsForDeadline => ("It is given up", email.DeadlineAt),
            _ when facts.HasEnded => ((string?)null, (DateTimeOffset?)null),
            _ => throw new ArgumentOutOfRangeException(nameof(situation), situation, "No such situation"),
        };
        return text is null
            ? null
            : new NextStep(text, at) { Pool = facts.Settings.Pool, SourceAddress = WillSend(situation) ? facts.LastRouted?.Source : null };
    }

    private static bool WillSend(Situation situation) =>
        situation
            is not (
                Situation.BatchCancelled
                or Situation.PastDeadline
                or Situation.WaitsForDeadline
                or Situation.BatchPaused
                or Situation.BatchResumed
            );
}
