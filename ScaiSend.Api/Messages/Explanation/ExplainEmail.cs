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
        return new ExplainedEmail
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
