using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// <c>GET</c> and <c>HEAD /t/c/{token}?u=…</c>: 302 to the link as the mail had it, and a <c>click</c>. Another link than the token proves is 404, so this
/// leads nowhere that a sender did not write. 400 when <c>u</c> is missing or no web address.
/// </summary>
public static class ClickEndpoint
{
    // What an event keeps of it.
    private const int MaxRecorded = 2048;

    public static void MapClicks(this IEndpointRouteBuilder routes) =>
        routes.MapMethods($"{TrackingPaths.Click}{{token}}", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        HttpContext http,
        string token,
        TrackingTokens tokens,
        TrustedProxies proxies,
        RecordVisits visits,
        ClickBursts bursts,
        IOptions<TrackingOptions> options,
        TimeProvider time
    )
    {
        http.Response.Headers.CacheControl = "no-store";
        // The target must not learn the token, which is the recipient's.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        var url = http.Request.Query[TrackingPaths.ClickedUrl];
        if (url is not [{ } target] || Location(target) is not { } location)
            return Refusals.Because(http, StatusCodes.Status400BadRequest, "The parameter u must be the web address of the link");
        if (!tokens.TryReadClick(token, target, out var link) || link is null)
            return Refusals.NotFound(http);
        var visit = Visitor.Of(http, proxies, time);
        var click = bursts.Note(link, visit.At);
        // The first of a burst is not known by what came before it. By the machine's clock: a test that stops the product's must not stop this.
        if (!click.IsOfBurst && visit.MachineReason is null)
            await Task.Delay(options.Value.GatherClicks);
        await visits.RecordAsync(() =>
            new LinkClicked(link.EmailId, Judged(visit, click), Visitor.Cut(target, MaxRecorded), link.IsInText, link.Index)
        );
        return Results.Redirect(location);
    }

    private static Visit Judged(Visit visit, NotedClick click) =>
        click.IsOfBurst && visit.MachineReason is null ? visit with { MachineReason = "several links within a second" } : visit;

    // As it was written where a header can carry it; a signed query must not be spelled otherwise than a browser spells it.
    private static string? Location(string target)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return null;
        if (target.All(sign => sign is > ' ' and <= '~'))
            return InBrowsersWords(target);
        return
            new UriBuilder(uri) { Host = uri.IdnHost }
                .Uri
                .AbsoluteUri
                is var written
            && Ascii.IsValid(written)
            ? written
            : null;
    }

    // URL Living Standard §1.3: these are percent-encoded in path, query and fragment.
    private static string InBrowsersWords(string url) =>
        url.Replace("\"", "%22", StringComparison.Ordinal)
            .Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal);
}
