using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>
/// The numbers of a tenant by its days. <c>GET /v3/stats</c>: all mail by periods. Ours: <c>GET /v3/stats/categories</c>, <c>/summary</c>, <c>/sum</c>, and
/// <c>POST /v3/stats/rebuild</c> (409, 503 beside the usual ones). Errors: 401, 403, 422, as <c>{"detail":…}</c>; SendGrid's dialect: 400, as <c>{"errors":…}</c>.
/// </summary>
public static class StatsEndpoints
{
    /// <summary>Most categories that one request may name.</summary>
    public const int MaxNames = 10;

    /// <summary>Most categories of an answer to a request that names none: those with the most requests.</summary>
    public const int MaxUnnamed = 100;

    private const int MaxBody = 16 * 1024;

    public static void MapStats(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/stats", AllAsync).Needs(Scopes.StatsRead);
        routes.MapGet("/v3/stats/categories", CategoriesAsync).OursNeeds(Scopes.StatsRead);
        routes.MapGet("/v3/stats/summary", SummaryAsync).OursNeeds(Scopes.StatsRead);
        routes.MapGet("/v3/stats/sum", SumAsync).OursNeeds(Scopes.StatsRead);
        routes.MapPost("/v3/stats/rebuild", RebuildAsync).OursNeeds(Scopes.StatsExport);
    }

    private static async Task<IResult> AllAsync(HttpContext http, Caller caller, StoredStats stats)
    {
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(caller.TenantId, http.RequestAborted));
        var page = StatsPage.Read(fields);
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var days = await stats.DaysAsync(caller.TenantId, [StatsDimension.All], range, names: null, limit: null, http.RequestAborted);
        return StatsShape.All(http, page.Of(StatsPart.Of(range, days, [""])));
    }

    private static async Task<IResult> CategoriesAsync(HttpContext http, Caller caller, StoredStats stats)
    {
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(caller.TenantId, http.RequestAborted));
        var names = fields.Text("categories")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names?.Length > MaxNames)
            fields.Refuse("categories", $"must be at most {MaxNames}, separated by commas");
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var (shown, days) = names is { Length: > 0 }
            ? await NamedAsync(stats, caller.TenantId, range, [.. names.Distinct()], http.RequestAborted)
            : await BusiestAsync(stats, caller.TenantId, range, http.RequestAborted);
        return StatsShape.Categories(http, StatsPart.Of(range, days, shown));
    }

    private static async Task<IResult> SummaryAsync(HttpContext http, Caller caller, StoredStats stats)
    {
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(caller.TenantId, http.RequestAborted));
        return fields.Refusal(http) ?? StatsShape.Summary(await stats.SumAsync(caller.TenantId, range, http.RequestAborted));
    }

    private static async Task<IResult> SumAsync(HttpContext http, Caller caller, StoredStats stats)
    {
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(caller.TenantId, http.RequestAborted));
        return fields.Refusal(http) ?? StatsShape.Sum(http, await stats.SumAsync(caller.TenantId, range, http.RequestAborted));
    }

    private static async Task<IResult> RebuildAsync(HttpContext http, Caller caller, StoredStats stats, RebuildStats rebuild)
    {
        var fields = new QueryFields(http.Request.Query, await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted));
        var today = await stats.TodayAsync(caller.TenantId, http.RequestAborted);
        var range = StatsRange.Read(fields, today, RebuildStats.MaxDays, defaultDays: 30);
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var result = await rebuild.RunAsync(caller.TenantId, range.Start.DayNumber, range.End.DayNumber, http.RequestAborted);
        var days = result.Rebuilt.Concat(result.Kept).ToList();
        return result.Trouble switch
        {
            null => Results.Json(
                new
                {
                    status = "rebuilt",
                    start_date = StatsShape.Date(DateOnly.FromDayNumber(days.Min())),
                    end_date = StatsShape.Date(DateOnly.FromDayNumber(days.Max())),
                    rebuilt_days = result.Rebuilt.Count,
                    kept_days = result.Kept.Select(day => StatsShape.Date(DateOnly.FromDayNumber(day))),
                }
            ),
            RebuildTrouble.Busy => Refusals.Unavailable(http),
            RebuildTrouble.ZoneChanged => Refusals.Because(
                http,
                StatusCodes.Status409Conflict,
                "The time zone was changed meanwhile; try again"
            ),
            RebuildTrouble.TooMuch => Refusals.Because(
                http,
                StatusCodes.Status409Conflict,
                "There is too much to count at once in one day"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(http), result.Trouble, "No such trouble"),
        };
    }

    // Most tenants have so few categories that all of their rows are read at once. Only where there are more, the database says first which are shown.
    private static async Task<(IReadOnlyList<string> Names, IReadOnlyList<NamedDay> Days)> BusiestAsync(
        StoredStats stats,
        Guid tenantId,
        StatsRange range,
        CancellationToken stop
    )
    {
        var most = MaxUnnamed * (range.End.DayNumber - range.Start.DayNumber + 1);
        var days = await stats.DaysAsync(tenantId, [StatsDimension.Category], range, names: null, limit: most + 1, stop);
        if (days.Count > most)
        {
            var order = new StatsOrder([Metric.Requests], IsDescending: true, MaxUnnamed, Offset: 0);
            var sums = await stats.SumsAsync(tenantId, StatsDimension.Category, range, order, stop);
            return await NamedAsync(stats, tenantId, range, [.. sums.Select(sum => sum.Name).Order(StringComparer.Ordinal)], stop);
        }
        var names = days.GroupBy(day => day.Name)
            .OrderByDescending(name => name.Sum(day => day.Counts[Metric.Requests]))
            .ThenBy(name => name.Key, StringComparer.Ordinal)
            .Take(MaxUnnamed)
            .Select(name => name.Key);
        return ([.. names.Order(StringComparer.Ordinal)], days);
    }

    private static async Task<(IReadOnlyList<string> Names, IReadOnlyList<NamedDay> Days)> NamedAsync(
        StoredStats stats,
        Guid tenantId,
        StatsRange range,
        IReadOnlyList<string> names,
        CancellationToken stop
    ) => (names, await stats.DaysAsync(tenantId, [StatsDimension.Category], range, names, limit: null, stop));
}
