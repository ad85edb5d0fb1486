using System.Globalization;
using ScaiSend.Platform.Stats;

namespace ScaiSend.IntegrationTests.Rules.Stats;

/// <summary>Where a day of a time zone begins and ends.</summary>
public sealed class TenantDayTests
{
    [Theory]
    [InlineData("UTC", "2026-03-01T23:59:59.999Z", "2026-03-01")]
    [InlineData("UTC", "2026-03-02T00:00:00Z", "2026-03-02")]
    // Fourteen hours ahead.
    [InlineData("Pacific/Kiritimati", "2025-12-31T09:59:59.999Z", "2025-12-31")]
    [InlineData("Pacific/Kiritimati", "2025-12-31T10:00:00Z", "2026-01-01")]
    // Half an hour.
    [InlineData("Asia/Kolkata", "2026-05-01T18:29:59.999Z", "2026-05-01")]
    [InlineData("Asia/Kolkata", "2026-05-01T18:30:00Z", "2026-05-02")]
    // A day of 23 hours, and one of 25.
    [InlineData("Europe/Berlin", "2026-03-28T22:59:59.999Z", "2026-03-28")]
    [InlineData("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29")]
    [InlineData("Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-29")]
    [InlineData("Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30")]
    [InlineData("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25")]
    [InlineData("Europe/Berlin", "2026-10-25T22:59:59.999Z", "2026-10-25")]
    [InlineData("Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26")]
    // No midnight on that day: the clock goes from 23:59:59 to 01:00.
    [InlineData("Africa/Cairo", "2026-04-23T21:59:59.999Z", "2026-04-23")]
    [InlineData("Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24")]
    public void A_moment_is_on_the_day_that_its_place_has(string zone, string at, string day) =>
        Assert.Equal(DayOf(day), TenantDays.DayOf(TenantDays.Zone(zone), DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("UTC", "2026-05-10", "2026-05-10", "2026-05-10")]
    [InlineData("Pacific/Kiritimati", "2026-05-10", "2026-05-09", "2026-05-10")]
    [InlineData("America/Los_Angeles", "2026-05-10", "2026-05-10", "2026-05-11")]
    public void A_day_knows_the_days_of_UTC_that_it_touches(string zone, string day, string first, string last) =>
        Assert.Equal([.. new[] { DayOf(first), DayOf(last) }.Distinct()], TenantDays.UtcDaysOf(TenantDays.Zone(zone), DayOf(day)));

    private static int DayOf(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;
}
