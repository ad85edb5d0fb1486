using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Requests;
using ScaiSend.Api.Stats;
using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.Console.Stats;

/// <summary>
/// <c>GET /console/stats</c>: what became of a tenant's mail, over days, by category and by mailbox provider; the time is <c>days</c>, or
/// <c>start_date</c> and <c>end_date</c> as at <c>GET /v3/stats</c>.
/// </summary>
public static class StatisticsPages
{
    /// <summary>The times that are one click away, in days up to today.</summary>
    public static readonly int[] Choices = [7, 30, 90];

    /// <summary>Most categories, and most providers, that are shown.</summary>
    public const int MostNames = 20;

    private const int UsualDays = 30;

    // So many bars are still apart from each other.
    private const int MostBars = 92;

    public static void MapStatistics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/console/stats", ShowAsync).PageOfTenant(Scopes.StatsRead).InMenu("Statistics", MenuPart.Reports);

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, StoredStats stats)
    {
        var (tenantId, stop) = (visitor.TenantId, http.RequestAborted);
        var today = await stats.TodayAsync(tenantId, stop);
        var fields = new QueryFields(http.Request.Query);
        var days = fields.Number("days", UsualDays, 1, StatsRange.MaxDays);
        var asked = StatsRange.Read(fields, today, defaultDays: days);
        var isWrong = fields.IsWrong;
        var range = Readable(isWrong ? new StatsRange(today.AddDays(1 - UsualDays), today, StatsPeriod.Day) : asked);
        var found = await stats.DaysAsync(tenantId, [StatsDimension.All], range, names: null, limit: null, stop);
        var byRequests = new StatsOrder([Metric.Requests], IsDescending: true, MostNames, Offset: 0);
        var parts = StatsPart.Of(range, found, [""]);
        var sum = new MetricCounts();
        foreach (var day in found)
            sum.Add(day.Counts);
        return Page.Of<StatisticsPage>(
            isWrong ? "Error: Statistics" : "Statistics",
            new StatisticsModel(
                range,
                range.End == today ? range.End.DayNumber - range.Start.DayNumber + 1 : null,
                sum,
                parts,
                await stats.SumsAsync(tenantId, StatsDimension.Category, range, byRequests, stop),
                await stats.SumsAsync(tenantId, StatsDimension.MailboxProvider, range, byRequests, stop),
                isWrong
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"Choose days such as 2026-12-31, the first not after the last and at most {StatsRange.MaxDays:N0} of them. These are the last {UsualDays}."
                    )
                    : null
            ),
            isWrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
    }

    private static StatsRange Readable(StatsRange range)
    {
        var days = range.End.DayNumber - range.Start.DayNumber + 1;
        return range with
        {
            Period =
                days <= MostBars ? StatsPeriod.Day
                : days <= 7 * MostBars ? StatsPeriod.Week
                : StatsPeriod.Month,
        };
    }
}

/// <summary>What the page of statistics shows.</summary>
/// <param name="Days">How many days up to today they are; null when they end before.</param>
/// <param name="Parts">One for each period, in their order.</param>
/// <param name="Trouble">What was wrong with the time that was asked for; null when nothing was.</param>
public sealed record StatisticsModel(
    StatsRange Range,
    int? Days,
    MetricCounts Sum,
    IReadOnlyList<StatsPart> Parts,
    IReadOnlyList<NamedSum> Categories,
    IReadOnlyList<NamedSum> Providers,
    string? Trouble
)
{
    /// <summary>What became of mail.</summary>
    public DayChart Outcomes =>
        Chart(
            "What became of it",
            isStacked: true,
            ("delivered", "delivered", [Metric.Delivered]),
            ("bounced", "bounced", [Metric.Bounces, Metric.Blocks]),
            ("dropped", "dropped", [Metric.Drops])
        );

    /// <summary>What recipients did.</summary>
    public DayChart Visits =>
        Chart(
            "What recipients did",
            isStacked: false,
            ("opened", "opened", [Metric.UniqueOpens]),
            ("clicked", "clicked", [Metric.UniqueClicks])
        );

    private DayChart Chart(string title, bool isStacked, params (string Name, string Class, Metric[] Metrics)[] series) =>
        new(
            title,
            Range.Period,
            [.. Parts.Select(part => part.Date)],
            [
                .. series.Select(s => new ChartSeries(
                    s.Name,
                    s.Class,
                    [.. Parts.Select(part => s.Metrics.Sum(metric => part.Names.Single().Counts[metric]))]
                )),
            ],
            isStacked
        );
}
