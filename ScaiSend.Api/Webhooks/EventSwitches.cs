using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Webhooks;

/// <summary>SendGrid's eleven switches of an event webhook, and the types of events that each stands for.</summary>
public static class EventSwitches
{
    /// <summary>In the order in which SendGrid shows them.</summary>
    public static IReadOnlyDictionary<string, string[]> All { get; } =
        new OrderedDictionary<string, string[]>
        {
            ["group_resubscribe"] = [EventTypes.GroupResubscribe],
            ["delivered"] = [EventTypes.Delivered],
            ["group_unsubscribe"] = [EventTypes.GroupUnsubscribe],
            ["spam_report"] = [EventTypes.SpamReport],
            // SendGrid has one event for both, of two types.
            ["bounce"] = [EventTypes.Bounce, EventTypes.Blocked],
            ["deferred"] = [EventTypes.Deferred],
            ["unsubscribe"] = [EventTypes.Unsubscribe],
            ["processed"] = [EventTypes.Processed],
            ["open"] = [EventTypes.Open],
            ["click"] = [EventTypes.Click],
            ["dropped"] = [EventTypes.Dropped],
        };

    /// <summary>Whether the switch is on, of a webhook with these stored events.</summary>
    public static bool IsOn(string events, string name) => events == "*" || events.Split(' ').Contains(All[name][0]);

    /// <summary>The stored events after some switches were set.</summary>
    public static string Change(string events, IReadOnlyDictionary<string, bool> set)
    {
        var on = All.Where(it => set.TryGetValue(it.Key, out var isOn) ? isOn : IsOn(events, it.Key)).SelectMany(it => it.Value);
        return string.Join(' ', EventTypes.All.Intersect(on));
    }
}
