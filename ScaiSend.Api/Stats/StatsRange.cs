using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Stats;

/// <summary>How days are put together.</summary>
public enum StatsPeriod
{
    Day,

    /// <summary>From Monday.</summary>
    Week,
    Month,
}

/// <summary>Which days a caller asks for, both included.</summary>
public sealed record StatsRange(DateOnly Start, DateOnly End, StatsPeriod Period)
{
    /// <summary>Most days of one answer: three years.</summary>
    public const int MaxDays = 1100;

    /// <summary>Reads <c>start_date</c> (required), <c>end_date</c> (today) and <c>aggregated_by</c> (day); a day is <c>YYYY-MM-DD</c> or <c>today</c>.</summary>
    /// <param name="today">In the tenant's zone.</param>
    /// <param name="defaultDays">Without <c>start_date</c>: so many days up to the end; null when it must be there.</param>
    public static StatsRange Read(QueryFields fields, DateOnly today, int maxDays = MaxDays, int? defaultDays = null)
    {
        var end = Day(fields, "end_date", today) ?? today;
        var start = Day(fields, "start_date", today);
        if (start is null && defaultDays is null && fields.Text("start_date") is null)
            fields.Refuse("start_date", "is required, as YYYY-MM-DD");
        var first = start ?? end.AddDays(1 - (defaultDays ?? 1));
        if (first > end)
            fields.Refuse("end_date", "must not be before start_date");
        else if (end.DayNumber - first.DayNumber >= maxDays)
            fields.Refuse("start_date", $"must be less than {maxDays} days before end_date");
        return new StatsRange(first, end, Enum.Parse<StatsPeriod>(fields.OneOf("aggregated_by", Words) ?? "day", ignoreCase: true));
    }

    /// <summary>The first days of all periods, also those in which nothing happened. The first may begin before <see cref="Start"/>.</summary>
    public IEnumerable<DateOnly> Periods()
    {
        for (var period = PeriodOf(Start); period <= End; period = Next(period))
            yield return period;
    }

    /// <summary>The first day of the period that the day is in.</summary>
    public DateOnly PeriodOf(DateOnly day) =>
        Period switch
        {
            StatsPeriod.Day => day,
            StatsPeriod.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            StatsPeriod.Month => new DateOnly(day.Year, day.Month, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(day), Period, "No such period"),
        };

    private static readonly string[] Words = ["day", "week", "month"];

    private DateOnly Next(DateOnly period) =>
        Period switch
        {
            StatsPeriod.Day => period.AddDays(1),
            StatsPeriod.Week => period.AddDays(7),
            StatsPeriod.Month => period.AddMonths(1),
            _ => throw new ArgumentOutOfRangeException(nameof(period), Period, "No such period"),
        };

    private static DateOnly? Day(QueryFields fields, string name, DateOnly today)
    {
        if (fields.Text(name) is not { } text)
            return null;
        if (text.Equals("today", StringComparison.OrdinalIgnoreCase))
            return today;
        if (
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1970 and < 9999
        )
            return day;
        fields.Refuse(name, "must be a date, YYYY-MM-DD");
        return null;
    }
}
