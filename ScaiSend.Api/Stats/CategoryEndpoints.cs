using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>
/// <c>GET /v3/categories</c>: those that were ever used. <c>GET /v3/categories/stats/sums</c>: the best or worst of a time. The same in both dialects.
/// Errors: 401, 403, 422, as <c>{"detail":…}</c>; SendGrid's dialect: 400.
/// </summary>
public static class CategoryEndpoints
{
    private const int MaxLimit = 500;
    private const int MaxOffset = 100_000;

    public static void MapCategories(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/categories", ListAsync).Needs(Scopes.StatsRead);
        routes.MapGet("/v3/categories/stats/sums", SumsAsync).Needs(Scopes.StatsRead);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredStats stats)
    {
        var fields = new QueryFields(http.Request.Query);
        var limit = fields.Number("limit", otherwise: 50, min: 1, max: MaxLimit);
        var offset = fields.Number("offset", otherwise: 0, min: 0, max: MaxOffset);
        var prefix = fields.Text("category") ?? "";
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var names = await stats.NamesAsync(caller.TenantId, StatsDimension.Category, prefix, limit, offset, http.RequestAborted);
        return Results.Json(names.Select(name => new { category = name }));
    }

    private static async Task<IResult> SumsAsync(HttpContext http, Caller caller, StoredStats stats)
    {
        var fields = new QueryFields(http.Request.Query);
        var range = StatsRange.Read(fields, await stats.TodayAsync(caller.TenantId, http.RequestAborted));
        var order = new StatsOrder(
            StatsShape.Parts(http, ReadMetric(fields)),
            IsDescending: ReadDirection(fields) != "asc",
            fields.Number("limit", otherwise: 5, min: 1, max: MaxLimit),
            fields.Number("offset", otherwise: 0, min: 0, max: MaxOffset)
        );
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var sums = await stats.SumsAsync(caller.TenantId, StatsDimension.Category, range, order, http.RequestAborted);
        return StatsShape.Sums(http, "category", new StatsPart(range.Start, sums));
    }

    private static Metric ReadMetric(QueryFields fields)
    {
        if (fields.Text("sort_by_metric") is not { } name)
            return Metric.Delivered;
        foreach (var metric in StatsShape.Sixteen.Where(metric => MetricCounts.Name(metric) == name))
            return metric;
        fields.Refuse("sort_by_metric", InvalidSort);
        return Metric.Delivered;
    }

    private static string ReadDirection(QueryFields fields)
    {
        var direction = fields.Text("sort_by_direction")?.ToLowerInvariant() ?? "desc";
        if (direction is not ("asc" or "desc"))
            fields.Refuse("sort_by_direction", InvalidSort);
        return direction;
    }

    // SendGrid's words.
    private const string InvalidSort = "invalid sort value";
}
