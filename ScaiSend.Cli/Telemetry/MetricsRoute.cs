using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Cli.Telemetry;

/// <summary>
/// <c>GET /metrics</c>: for everybody who reaches the port of its own, if there is one; otherwise for callers on this machine and in private networks, never through a proxy.
/// To all others there is no such path.
/// </summary>
public static class MetricsRoute
{
    public const string Path = "/metrics";

    // Whoever passes a request on adds one of these. A reverse proxy is near, and speaks for callers who are not.
    private static readonly string[] SignsOfProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("fc00::/7"),
    ];

    /// <summary>Maps the route; before all others, so that the port of its own answers nothing else.</summary>
    public static void MapMetrics(this WebApplication app, MetricsOptions options)
    {
        var own = options.Own;
        if (own is not null)
            app.Use(
                (http, next) =>
                    http.Connection.LocalPort == own.Port && http.Request.Path != Path
                        ? Refusals.NotFound(http).ExecuteAsync(http)
                        : next(http)
            );
        app.MapPrometheusScrapingEndpoint(
                Path,
                meterProvider: null,
                configureBranchedPipeline: branch =>
                    branch.Use((http, next) => MayRead(http, own) ? next(http) : Refusals.NotFound(http).ExecuteAsync(http)),
                optionsName: null
            )
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
    }

    /// <summary>Whether a caller at this address, whose request says that much of its way, is near.</summary>
    public static bool IsNear(IPAddress? address, IHeaderDictionary headers)
    {
        if (address is null || SignsOfProxies.Any(headers.ContainsKey))
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain) || Private.Any(network => network.Contains(plain));
    }

    private static bool MayRead(HttpContext http, IPEndPoint? own) =>
        own is null ? IsNear(http.Connection.RemoteIpAddress, http.Request.Headers) : http.Connection.LocalPort == own.Port;
}
