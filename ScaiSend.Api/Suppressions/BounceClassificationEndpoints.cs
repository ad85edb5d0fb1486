using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Suppressions;

/// <summary><c>GET /v3/suppression/bounces/classifications</c>: bounces by day and kind, of the last 30 days or from <c>start_date</c> to <c>end_date</c>. Scope <c>suppressions.read</c>.</summary>
public static class BounceClassificationEndpoints
{
    /// <summary>How far back the answer goes when no start is named, and how long a range may be.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static void MapBounceClassifications(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v3/suppression/bounces/classifications", GetAsync).Needs(Scopes.SuppressionsRead);

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, BounceClassifications bounces, TimeProvider time)
    {
        var fields = new QueryFields(http.Request.Query);
        var until = fields.Moment("end_date", isEnd: true) ?? time.GetUtcNow().AddSeconds(1);
        var from =
            fields.Moment("start_date", isEnd: false)
            ?? (until - DateTimeOffset.MinValue > Usual ? until - Usual : DateTimeOffset.MinValue);
        if (until - from > Longest)
            fields.Refuse("start_date", "the range may not be longer than 366 days");
        return fields.Refusal(http)
            ?? SuppressionShape.Classified(await bounces.CountAsync(caller.TenantId, from, until, http.RequestAborted));
    }
}
