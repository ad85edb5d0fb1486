using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Simulation;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Simulation;

/// <summary>Plays the receiving server of an email that is only simulated. Pure: it opens no connection and looks up no name.</summary>
public static class SimulatedServer
{
    /// <summary>When a simulated deferral is tried again; a developer waits for it, so it is not the schedule's minute.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>The outcome of an attempt. An operator's reply rules have no say, so that a scenario is the same everywhere.</summary>
    /// <param name="attempt">1, 2, 3 … of its email.</param>
    public static SendOutcome Outcome(Scenario scenario, int attempt, DateTimeOffset startedAt)
    {
        var reply = Reply(scenario, attempt);
        return new SendOutcome(
            new AttemptReport(startedAt, TimeSpan.Zero, null, null, null, reply.Code, reply.EnhancedStatusCode, reply.Text)
            {
                Step = reply.Step.RuleWord(),
            },
            ReplyVerdict.Of(reply)
        );
    }

    /// <summary>What the server says.</summary>
    public static Answer.Reply Reply(Scenario scenario, int attempt) =>
        scenario switch
        {
            Scenario.Deferred when attempt == 1 => Refusal(451, "4.7.1 simulated: greylisted, try again later"),
            Scenario.Bounce => Refusal(550, "5.1.1 simulated: no such user"),
            Scenario.SoftBounce => Refusal(552, "5.2.2 simulated: mailbox full"),
            Scenario.Blocked => Refusal(554, "5.7.1 simulated: blocked for its reputation"),
            Scenario.Unknown => Refusal(550, $"5.1.1 simulated: no such scenario; there are {Scenarios.Words}"),
            Scenario.Delivered or Scenario.Deferred or Scenario.Complaint or Scenario.Open or Scenario.Click or Scenario.Unsubscribe =>
                new Answer.Reply(SmtpStep.Acceptance, 250, "2.0.0 simulated"),
            _ => throw new ArgumentOutOfRangeException(nameof(scenario), scenario, "No such scenario"),
        };

    private static Answer.Reply Refusal(int code, string text) => new(SmtpStep.Recipient, code, text);
}
