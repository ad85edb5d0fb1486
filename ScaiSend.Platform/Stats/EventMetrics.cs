using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Platform.Stats;

/// <summary>Says what an event counts as.</summary>
public static class EventMetrics
{
    private static readonly Metric[] Nothing = [];
    private static readonly Metric[] Drop = [Metric.Drops];

    private static readonly Dictionary<string, Metric[]> Simple = new()
    {
        [EventTypes.Processed] = [Metric.Processed],
        [EventTypes.Delivered] = [Metric.Delivered],
        [EventTypes.Deferred] = [Metric.Deferred],
        [EventTypes.Bounce] = [Metric.Bounces],
        [EventTypes.Blocked] = [Metric.Blocks],
        [EventTypes.SpamReport] = [Metric.SpamReports],
        [EventTypes.Unsubscribe] = [Metric.Unsubscribes],
        [EventTypes.GroupUnsubscribe] = [Metric.Unsubscribes],
    };

    private static readonly Dictionary<string, Metric[]> ByReason = new()
    {
        [SuppressionRule.BouncedAddress] = [Metric.Drops, Metric.BounceDrops],
        [SuppressionRule.Invalid] = [Metric.Drops, Metric.InvalidEmails],
        [SuppressionRule.SpamReportingAddress] = [Metric.Drops, Metric.SpamReportDrops],
        [SuppressionRule.UnsubscribedAddress] = [Metric.Drops, Metric.UnsubscribeDrops],
    };

    // By EventFlags: none, First, Machine, both.
    private static readonly Metric[][] Opens =
    [
        [Metric.Opens],
        [Metric.Opens, Metric.UniqueOpens],
        [Metric.MachineOpens],
        [Metric.MachineOpens, Metric.UniqueMachineOpens],
    ];

    private static readonly Metric[][] Clicks =
    [
        [Metric.Clicks],
        [Metric.Clicks, Metric.UniqueClicks],
        [Metric.MachineClicks],
        [Metric.MachineClicks, Metric.UniqueMachineClicks],
    ];

    /// <summary>Each metric that the event adds one to; none for events that nobody counts.</summary>
    /// <param name="number">Of the event. With the first that follows its acceptance, an email counts as requested.</param>
    public static IReadOnlyList<Metric> Of(string type, int number, string? reason, EventFlags flags) =>
        number == EmailEvent.Acceptance + 1 ? [Metric.Requests, .. Of(type, reason, flags)] : Of(type, reason, flags);

    private static Metric[] Of(string type, string? reason, EventFlags flags) =>
        type switch
        {
            EventTypes.Open => Opens[(int)flags & 3],
            EventTypes.Click => Clicks[(int)flags & 3],
            EventTypes.Dropped => ByReason.GetValueOrDefault(reason ?? "", Drop),
            _ => Simple.GetValueOrDefault(type, Nothing),
        };
}
