namespace ScaiSend.Contracts.Emails;

/// <summary>The twelve types of events that callers are told of. The timeline of a message also shows <c>queued</c> and <c>cancelled</c>.</summary>
public static class EventTypes
{
    /// <summary>Rendered, and on its way to the SMTP stage.</summary>
    public const string Processed = "processed";

    /// <summary>The receiver said 4xx or could not be reached; another attempt follows.</summary>
    public const string Deferred = "deferred";

    /// <summary>The receiving server answered 250.</summary>
    public const string Delivered = "delivered";

    /// <summary>Refused for good, given up, or reported undeliverable.</summary>
    public const string Bounce = "bounce";

    /// <summary>Refused for reputation or policy, not because of the address.</summary>
    public const string Blocked = "blocked";

    /// <summary>Not sent: on a list, or no mail could be made of it.</summary>
    public const string Dropped = "dropped";

    /// <summary>The pixel was loaded.</summary>
    public const string Open = "open";

    /// <summary>A link was followed.</summary>
    public const string Click = "click";

    /// <summary>The recipient called it spam.</summary>
    public const string SpamReport = "spam_report";

    /// <summary>The recipient wants no more mail of this sender.</summary>
    public const string Unsubscribe = "unsubscribe";

    /// <summary>The recipient wants no more mail of a group.</summary>
    public const string GroupUnsubscribe = "group_unsubscribe";

    /// <summary>The recipient wants mail of a group again.</summary>
    public const string GroupResubscribe = "group_resubscribe";

    /// <summary>All twelve.</summary>
    public static IReadOnlyList<string> All { get; } =
    [Processed, Deferred, Delivered, Bounce, Blocked, Dropped, Open, Click, SpamReport, Unsubscribe, GroupUnsubscribe, GroupResubscribe];
}
