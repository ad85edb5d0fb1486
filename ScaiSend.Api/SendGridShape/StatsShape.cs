using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Stats;
using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.SendGridShape;

/// <summary>
/// Statistics. The documented metrics are SendGrid's and ours for machines; a documented bounce is a hard one or a block, while SendGrid tells
/// blocks apart from bounces.
/// </summary>
public static class StatsShape
{
    /// <summary>SendGrid's metrics of all mail and of categories.</summary>
    public static IReadOnlyList<Metric> Sixteen { get; } =
    [
        Metric.Blocks,
        Metric.BounceDrops,
        Metric.Bounces,
        Metric.Clicks,
        Metric.Deferred,
        Metric.Delivered,
        Metric.InvalidEmails,
        Metric.Opens,
        Metric.Processed,
        Metric.Requests,
        Metric.SpamReportDrops,
        Metric.SpamReports,
        Metric.UniqueClicks,
        Metric.UniqueOpens,
        Metric.UnsubscribeDrops,
        Metric.Unsubscribes,
    ];

    private static readonly Metric[] Documented =
    [
        Metric.Requests,
        Metric.Processed,
        Metric.Delivered,
        Metric.Bounces,
        Metric.BounceDrops,
        Metric.Blocks,
        Metric.SpamReports,
        Metric.SpamReportDrops,
        Metric.Unsubscribes,
        Metric.UnsubscribeDrops,
        Metric.InvalidEmails,
        Metric.Opens,
        Metric.UniqueOpens,
        Metric.Clicks,
        Metric.UniqueClicks,
        Metric.Deferred,
        Metric.MachineOpens,
        Metric.UniqueMachineOpens,
        Metric.MachineClicks,
        Metric.UniqueMachineClicks,
    ];

    /// <summary>All mail by periods.</summary>
    public static IResult All(HttpContext http, IReadOnlyList<StatsPart> parts) =>
        http.Dialect() == Dialect.SendGrid
            ? Results.Json(
                parts.Select(part => new
                {
                    date = Date(part.Date),
                    stats = part.Names.Select(n => new { metrics = OfAll(http, n.Counts) }),
                })
            )
            : Results.Json(
                new { stats = parts.Select(part => new { date = Date(part.Date), metrics = OfAll(http, part.Names.Single().Counts) }) }
            );

    /// <summary>The documented list of categories by periods.</summary>
    public static IResult Categories(HttpContext http, IReadOnlyList<StatsPart> parts) =>
        Results.Json(
            parts.Select(part => new
            {
                date = Date(part.Date),
                stats = part.Names.Select(n => new { category = n.Name, metrics = OfAll(http, n.Counts) }),
            })
        );

    /// <summary>Names of one kind by periods, as SendGrid shows them in both dialects.</summary>
    /// <param name="metrics">Null for those of all mail.</param>
    public static IResult Named(HttpContext http, string type, IReadOnlyList<Metric>? metrics, IEnumerable<StatsPart> parts) =>
        Results.Json(parts.Select(part => Part(http, type, metrics, part)));

    /// <summary>Sums of a time, under its first day.</summary>
    public static IResult Sums(HttpContext http, string type, StatsPart part) => Results.Json(Part(http, type, null, part));

    /// <summary>The documented sum: flat.</summary>
    public static IResult Sum(HttpContext http, MetricCounts counts) => Results.Json(OfAll(http, counts));

    /// <summary>The documented summary: what most people ask for, with rates from 0 to 1.</summary>
    public static IResult Summary(MetricCounts counts)
    {
        var (total, delivered) = (counts[Metric.Requests], counts[Metric.Delivered]);
        var bounced = counts[Metric.Bounces] + counts[Metric.Blocks];
        return Results.Json(
            new
            {
                total_messages = total,
                delivered,
                bounced,
                spam_reports = counts[Metric.SpamReports],
                opened = counts[Metric.UniqueOpens],
                clicked = counts[Metric.UniqueClicks],
                delivery_rate = Rate(delivered, total),
                bounce_rate = Rate(bounced, total),
                open_rate = Rate(counts[Metric.UniqueOpens], delivered),
                click_rate = Rate(counts[Metric.UniqueClicks], delivered),
            }
        );
    }

    /// <summary>A day as it is written.</summary>
    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What makes up a metric of this dialect.</summary>
    public static IReadOnlyList<Metric> Parts(HttpContext http, Metric metric) =>
        metric == Metric.Bounces && http.Dialect() == Dialect.Documented ? [Metric.Bounces, Metric.Blocks] : [metric];

    private static object Part(HttpContext http, string type, IReadOnlyList<Metric>? metrics, StatsPart part) =>
        new
        {
            date = Date(part.Date),
            stats = part.Names.Select(n => new
            {
                type,
                name = n.Name,
                metrics = metrics is null ? OfAll(http, n.Counts) : Show(http, metrics, n.Counts),
            }),
        };

    /// <summary>The metrics of all mail in this dialect.</summary>
    public static ShownMetrics OfAll(HttpContext http, MetricCounts counts) =>
        Show(http, http.Dialect() == Dialect.SendGrid ? Sixteen : Documented, counts);

    private static ShownMetrics Show(HttpContext http, IReadOnlyList<Metric> metrics, MetricCounts counts) =>
        new(metrics, WithBlocks: Parts(http, Metric.Bounces).Count > 1, counts);

    /// <summary>From 0 to 1; 0 of nothing.</summary>
    public static double Rate(long some, long of) => of == 0 ? 0 : Math.Round((double)some / of, 4);
}
