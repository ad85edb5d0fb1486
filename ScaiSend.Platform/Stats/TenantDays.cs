namespace ScaiSend.Platform.Stats;

/// <summary>The days of a tenant's time zone.</summary>
public static class TenantDays
{
    /// <summary>The zone; UTC when there is none set, or this machine does not know it.</summary>
    public static TimeZoneInfo Zone(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The day on the wall at this moment, as <see cref="DateOnly.DayNumber"/>.</summary>
    public static int DayOf(TimeZoneInfo zone, DateTimeOffset at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime).DayNumber;

    /// <summary>The first moment of a day of UTC.</summary>
    public static DateTimeOffset StartUtc(int day) => new(DateOnly.FromDayNumber(day), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The days of UTC that have a moment in common with a day of the zone.</summary>
    public static IEnumerable<int> UtcDaysOf(TimeZoneInfo zone, int day)
    {
        for (var utc = day - 1; utc <= day + 1; utc++)
        {
            if (DayOf(zone, StartUtc(utc)) <= day && DayOf(zone, StartUtc(utc + 1).AddMilliseconds(-1)) >= day)
                yield return utc;
        }
    }
}
