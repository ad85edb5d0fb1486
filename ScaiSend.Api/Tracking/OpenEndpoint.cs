using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// <c>GET</c> and <c>HEAD /t/o/{token}.gif</c>: a picture of one transparent pixel, and an <c>open</c>. Always the same answer, so that nobody can try out
/// tokens with it.
/// </summary>
public static class OpenEndpoint
{
    private const string Extension = ".gif";

    private static readonly byte[] Pixel = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public static void MapOpens(this IEndpointRouteBuilder routes) =>
        routes.MapMethods($"{TrackingPaths.Open}{{file}}", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        HttpContext http,
        string file,
        TrackingTokens tokens,
        TrustedProxies proxies,
        RecordVisits visits,
        TimeProvider time
    )
    {
        if (file.EndsWith(Extension, StringComparison.Ordinal) && tokens.TryReadOpen(file[..^Extension.Length], out var emailId))
        {
            var opened = new EmailOpened(emailId, Visitor.Of(http, proxies, time));
            await visits.RecordAsync(() => opened);
        }
        http.Response.Headers.CacheControl = "private, no-cache, no-store, must-revalidate";
        http.Response.Headers.Pragma = "no-cache";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(Pixel, "image/gif");
    }
}
