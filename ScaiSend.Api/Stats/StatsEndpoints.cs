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
        var days = await stats.DaysAsync(caller.TenantId, [StatsDimension.All], range, null, http.RequestAborted);
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
        if (names is { Length: > 0 })
            return await ShowAsync([.. names.Distinct()], isAll: false);
        // One more tells whether these are all, which are read by their days instead of name by name.
        var busiest = await stats.BusiestAsync(caller.TenantId, StatsDimension.Category, range, MaxUnnamed + 1, http.RequestAborted);
        return await ShowAsync([.. busiest.Take(MaxUnnamed).Order(StringComparer.Ordinal)], isAll: busiest.Count <= MaxUnnamed);

        async Task<IResult> ShowAsync(IReadOnlyList<string> shown, bool isAll)
        {
            var days = await stats.DaysAsync(caller.TenantId, [StatsDimension.Category], range, isAll ? null : shown, http.RequestAborted);
            return StatsShape.Categories(http, StatsPart.Of(range, days, shown));
        }
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
}
