using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Simulation;

namespace ScaiSend.Sagas.Emails;

/// <summary>
/// Plays what the recipient of a simulated email does once it is delivered. Part of the transition that delivers it: a crash neither loses nor repeats it.
/// </summary>
internal static class SimulatedRecipient
{
    private const string UserAgent = "ScaiSend-Simulator";

    // RFC 5737 §3: an address of documentation, nobody's.
    private const string Ip = "192.0.2.1";

    // Where a mail has no link to follow. RFC 2606 §3.
    private const string AnyUrl = "https://example.com/";

    public static void React(EmailState saga, SimulatedLife life, DateTimeOffset at)
    {
        // Not judged by its time: it would be a machine's, and every receiver of events looks for a person's.
        var visit = new Visit(at, UserAgent, Ip, MachineReason: null);
        switch (life.Scenario)
        {
            case Scenario.Complaint:
                saga.Record(EventTypes.SpamReport, at, null, new EventData { FeedbackType = "abuse", Source = UserAgent }.Write());
                break;
            case Scenario.Open:
                RecipientSteps.Open(saga, visit);
                break;
            case Scenario.Click:
                RecipientSteps.Open(saga, visit);
                RecipientSteps.Click(saga, new LinkClicked(saga.CorrelationId, visit, life.Url ?? AnyUrl, IsInText: false, Index: 0));
                break;
            case Scenario.Unsubscribe:
                RecipientSteps.Unsubscribe(saga, new UnsubscribeRequested(saga.CorrelationId, visit, life.GroupId));
                break;
        }
    }
}
