namespace ScaiSend.Platform.Stats;

/// <summary>What is counted. The names are the columns of <c>daily_stats</c> in snake case.</summary>
public enum Metric
{
    Requests,
    Processed,
    Delivered,
    Deferred,

    /// <summary>Without <see cref="Blocks"/>.</summary>
    Bounces,
    Blocks,

    /// <summary>Of every reason; the next four are some of them.</summary>
    Drops,
    BounceDrops,
    SpamReportDrops,
    UnsubscribeDrops,
    InvalidEmails,
    SpamReports,
    Unsubscribes,

    /// <summary>By people; what machines do is counted apart.</summary>
    Opens,
    UniqueOpens,
    Clicks,
    UniqueClicks,
    MachineOpens,
    UniqueMachineOpens,
    MachineClicks,
    UniqueMachineClicks,
}
