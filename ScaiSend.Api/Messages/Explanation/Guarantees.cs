using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>What a state promises, whatever fails. Pure.</summary>
public static class Guarantees
{
    public static string Of(EmailFacts facts) =>
        facts.Email.State switch
        {
            EmailStatus.Queued =>
                "It is stored safely. It is sent or ends with a reason, at the latest at its deadline; no crash loses it.",
            EmailStatus.Processed =>
                "A mail was made of it without error, and would be made the same again. It is sent or ends with a reason, at the latest at its deadline.",
            EmailStatus.Delivering =>
                "The attempt was written down before anything was sent, and no other is made beside it. If its process dies it is made again, and then the recipient may get the mail twice.",
            EmailStatus.Deferred => facts.Email.MailKey is not null
                ? "The signed mail is stored, and every further attempt sends the same bytes. It is tried again or ends with a reason, at the latest at its deadline."
                : "It is made into the same mail again before the next attempt. It is tried again or ends with a reason, at the latest at its deadline.",
            EmailStatus.Delivered =>
                "The receiving server has said 250 to the whole mail, and so has taken the responsibility for it. We send it no more.",
            EmailStatus.Bounced => WasTaken(facts)
                ? "It is not sent again. A server had taken it before it came back."
                : "It is not sent again, and no server has told us that it took it.",
            EmailStatus.Failed or EmailStatus.Dropped or EmailStatus.Cancelled => facts.Email.Attempts == 0
                ? "It is not sent, and no server was ever asked to take it."
                : "It is not sent again, and no server has told us that it took it.",
            _ => throw new ArgumentOutOfRangeException(nameof(facts), facts.Email.State, "No such state"),
        };

    private static bool WasTaken(EmailFacts facts) => facts.Events.Any(e => e.Type == EventTypes.Delivered);
}
