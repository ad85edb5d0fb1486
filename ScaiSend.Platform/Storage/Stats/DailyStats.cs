using ScaiSend.Platform.Stats;

namespace ScaiSend.Platform.Storage.Stats;

/// <summary>The numbers of one day of a tenant. A column for each <see cref="Metric"/>.</summary>
public sealed class DailyStats : IOfTenant
{
    public Guid TenantId { get; init; }
    public StatsDimension Dimension { get; init; }

    /// <summary><see cref="DateOnly.DayNumber"/> of a day of the zone that the tenant had when the events were counted.</summary>
    public int Day { get; init; }

    /// <summary>UTF-8: two names are one only if all their bytes are, on every server.</summary>
    public required byte[] Name { get; init; }

    public long Requests { get; init; }
    public long Processed { get; init; }
    public long Delivered { get; init; }
    public long Deferred { get; init; }
    public long Bounces { get; init; }
    public long Blocks { get; init; }
    public long Drops { get; init; }
    public long BounceDrops { get; init; }
    public long SpamReportDrops { get; init; }
    public long UnsubscribeDrops { get; init; }
    public long InvalidEmails { get; init; }
    public long SpamReports { get; init; }
    public long Unsubscribes { get; init; }
    public long Opens { get; init; }
    public long UniqueOpens { get; init; }
    public long Clicks { get; init; }
    public long UniqueClicks { get; init; }
    public long MachineOpens { get; init; }
    public long UniqueMachineOpens { get; init; }
    public long MachineClicks { get; init; }
    public long UniqueMachineClicks { get; init; }
}

/// <summary>How many events of a day are counted. Of UTC, whatever the zone: a rebuild that finds fewer knows that some were deleted.</summary>
public sealed class StatsCountedDay : IOfTenant
{
    public Guid TenantId { get; init; }
    public int Day { get; init; }
    public long Events { get; init; }
}

/// <summary>How far a lane of events is counted.</summary>
public sealed class StatsPosition
{
    public int Lane { get; init; }

    /// <summary>Of the last event that is counted.</summary>
    public long Position { get; init; }
}
