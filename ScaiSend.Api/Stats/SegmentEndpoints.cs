using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>
/// SendGrid's numbers by what mail has in common, in both dialects: categories, mailbox providers, browsers, e-mail clients, devices; of countries nothing is
/// known, because no table of addresses is shipped. Errors: 401, 403, 404 (a type of client), 422, as <c>{"detail":…}</c>; SendGrid's dialect: 400.
/// </summary>
public static class SegmentEndpoints
{
    private static readonly Metric[] OpensOnly = [Metric.Opens, Metric.UniqueOpens];
    private static readonly Metric[] ClicksOnly = [Metric.Clicks, Metric.UniqueClicks];

    private static readonly Metric[] OfProviders =
    [
        Metric.Blocks,
        Metric.Bounces,
        Metric.Clicks,
        Metric.Deferred,
        Metric.Delivered,
        Metric.Drops,
        Metric.Opens,
        Metric.Processed,
        Metric.Requests,
        Metric.SpamReports,
        Metric.UniqueClicks,
        Metric.UniqueOpens,
    ];

    private static readonly Dictionary<string, StatsDimension> ClientTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["phone"] = StatsDimension.PhoneClient,
        ["tablet"] = StatsDimension.TabletClient,
        ["webmail"] = StatsDimension.WebmailClient,
        ["desktop"] = StatsDimension.DesktopClient,
    };

    private static readonly Segment Categories = new("category", [StatsDimension.Category], null, "categories", MustBeNamed: true);
    private static readonly Segment Providers = new("mailbox_provider", [StatsDimension.MailboxProvider], OfProviders, "mailbox_providers");
    private static readonly Segment Browsers = new("browser", [StatsDimension.Browser], ClicksOnly, "browsers");
    private static readonly Segment Devices = new("device", [StatsDimension.Device], OpensOnly, null);
    private static readonly Segment Countries = new("country", [], [], null);
    private static readonly Segment Clients = new("client", [.. ClientTypes.Values, StatsDimension.OtherClient], OpensOnly, null);

    public static void MapSegments(this IEndpointRouteBuilder routes)
    {
        Map("/v3/categories/stats", Categories);
        Map("/v3/mailbox_providers/stats", Providers);
        Map("/v3/browsers/stats", Browsers);
        Map("/v3/clients/stats", Clients);
        Map("/v3/devices/stats", Devices);
        Map("/v3/geo/stats", Countries);
        routes.MapGet("/v3/clients/{clientType}/stats", ClientsAsync).Needs(Scopes.StatsRead);

        void Map(string path, Segment segment) =>
            routes
                .MapGet(path, (HttpContext http, Caller caller, StoredStats stats) => ShowAsync(http, caller, stats, segment))
                .Needs(Scopes.StatsRead);
    }

    private static async Task<IResult> ClientsAsync(HttpContext http, string clientType, Caller caller, StoredStats stats) =>
        ClientTypes.TryGetValue(clientType, out var type)
            ? await ShowAsync(http, caller, stats, Clients with { Dimensions = [type] })
            : Refusals.NotFound(http, "Client type", clientType);

    private static async Task<IResult> ShowAsync(HttpContext http, Caller caller, StoredStats stats, Segment segment)
    {
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(caller.TenantId, http.RequestAborted));
        var page = StatsPage.Read(fields);
        var named = segment.Parameter is null ? [] : Named(http, fields, segment);
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var wanted = named.Count > 0 ? named : null;
        IReadOnlyList<NamedDay> days =
            segment.Dimensions.Count == 0
                ? []
                : await stats.DaysAsync(caller.TenantId, segment.Dimensions, range, wanted, limit: null, http.RequestAborted);
        var names = wanted ?? [.. days.Select(day => day.Name).Distinct().Order(StringComparer.Ordinal)];
        return StatsShape.Named(http, segment.Type, segment.Metrics, page.Of(StatsPart.Of(range, days, names)));
    }

    // C#'s client repeats the parameter, Node's writes brackets after it.
    private static List<string> Named(HttpContext http, QueryFields fields, Segment segment)
    {
        var query = http.Request.Query;
        var names = query[segment.Parameter!]
            .Concat(query[$"{segment.Parameter}[]"])
            .OfType<string>()
            .Where(name => name.Length > 0)
            .Distinct()
            .ToList();
        if (names.Count > StatsEndpoints.MaxNames)
            fields.Refuse(segment.Parameter!, $"must be at most {StatsEndpoints.MaxNames}");
        if (names.Count == 0 && segment.MustBeNamed)
            fields.Refuse(segment.Parameter!, "must name at least one");
        return names;
    }

    /// <param name="Type">As every answer says it.</param>
    /// <param name="Metrics">Null for those of all mail.</param>
    /// <param name="Parameter">Names those that are shown; null when all are.</param>
    private sealed record Segment(
        string Type,
        IReadOnlyList<StatsDimension> Dimensions,
        IReadOnlyList<Metric>? Metrics,
        string? Parameter,
        bool MustBeNamed = false
    );
}
