using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Makes an explanation of what is stored about an email. Pure: the same facts give the same words, and nothing is guessed.</summary>
public static class ExplainEmail
{
    public static ExplainedEmail Run(EmailFacts facts, Depth depth)
    {
        var email = facts.Email;
        var situation = Situations.Of(facts);
        var next = NextSteps.Of(situation, facts);
        var explained = new ExplainedEmail
        {
            Id = Ids.Show(Ids.Email, email.Id),
            ToEmail = email.Recipient,
            Status = PublicStatus.Of(email.State, email.Lane),
            State = email.State.ToString(),
            Situation = situation,
            Summary = Summaries.Of(situation, facts),
            Guarantee = Guarantees.Of(facts),
            Because = [.. Story.Because(facts, depth).Select(fact => fact.For(depth))],
            Next =
                depth == Depth.Operator ? next
                : next is null ? null
                : next with { SourceAddress = null },
            DeadlineAt = facts.HasEnded ? null : email.DeadlineAt,
            Afterwards = Story.Afterwards(facts),
            NotKnown = Unknowns.Of(situation, facts),
            Actions = Advices.Of(situation, facts, depth),
            Operations = depth == Depth.Operator && !facts.HasEnded ? InsideOf(facts) : null,
        };
        return email.Marks.HasFlag(EmailMarks.Simulated) ? Simulated(explained) : explained;
    }

    // The simulator plays receiver and recipient: of what is said to real ones nothing holds but what is done with requests.
    private static ExplainedEmail Simulated(ExplainedEmail explained)
    {
        IReadOnlyList<Advice> possible = [.. explained.Actions.Where(a => a.Action is "retry" or "cancel" or "wait" or "resume_batch")];
        return explained with
        {
            IsSimulated = true,
            Summary = $"Simulated: {explained.Summary}",
            Guarantee =
                "The simulator plays it, as the request or the recipient asked: no server is asked, and nothing leaves this machine.",
            NotKnown = [],
            Actions =
                possible.Count > 0
                    ? possible
                    : [new Advice("nothing", "Nothing: it is played. Send it with a live key to a real address to have it delivered")],
        };
    }

    private static Inside InsideOf(EmailFacts facts)
    {
        var email = facts.Email;
        return new Inside(
            email.Lane.ToString().ToLowerInvariant(),
            email.Version,
            email.Attempts,
            email.DueAt,
            email.Lane == EmailLane.InFlight ? email.DueAt : null,
            email.AttemptStartedAt,
            email.MailKey is not null,
            [
                .. facts.SuspensionsOfIt.Select(s => new SuspensionInForce(
                    Ids.Show(AdminShape.SuspensionId, s.Id),
                    s.Provider,
                    s.Source,
                    s.Cause,
                    s.Rule,
                    s.EndsAt
                )),
            ]
        );
    }
}
