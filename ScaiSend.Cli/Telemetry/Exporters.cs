using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Cli.Telemetry;

/// <summary>Who listens to what a process tells of itself: Prometheus, and a collector of traces.</summary>
public static class Exporters
{
    /// <summary>Whether a process of these roles answers <c>/metrics</c>.</summary>
    public static bool AnswersMetrics(Role roles, MetricsOptions options) =>
        roles.HasFlag(Role.Serve) || (roles != Role.None && options.Own is not null);

    public static void AddExporters(this IServiceCollection services, Role roles, MetricsOptions metrics, TraceOptions traces)
    {
        var isRead = AnswersMetrics(roles, metrics);
        var isTraced = roles != Role.None && traces.Endpoint.Length > 0 && traces.Share > 0;
        if (!isRead && !isTraced)
            return;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => Describe(resource, roles));
        if (isRead)
            telemetry.WithMetrics(AddMetrics);
        if (isTraced)
            telemetry.WithTracing(tracing => AddTraces(tracing, traces));
    }

    private static void Describe(ResourceBuilder resource, Role roles) =>
        resource
            .AddService(
                "scaisend",
                serviceVersion: typeof(Exporters).Assembly.GetName().Version!.ToString(fieldCount: 3),
                serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"
            )
            .AddAttributes([new("scaisend.roles", roles.ToString().ToLowerInvariant())]);

    private static void AddMetrics(MeterProviderBuilder metrics) =>
        metrics
            .AddMeter(Meters.Name)
            // .NET's own: requests by route and status; memory, processor, threads.
            .AddMeter("Microsoft.AspNetCore.Hosting")
            .AddMeter("System.Runtime")
            .AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);

    private static void AddTraces(TracerProviderBuilder tracing, TraceOptions options)
    {
        var share = new TraceIdRatioBasedSampler(options.Share);
        tracing
            .AddSource(MessageTraces.SourceName)
            // A caller may begin a trace, and does not decide how many we keep. Our own spans come with their decision.
            .SetSampler(new ParentBasedSampler(share, remoteParentSampled: share))
            .AddAspNetCoreInstrumentation(requests => requests.Filter = http => !IsWatching(http.Request.Path))
            .AddProcessor(new WithoutAddresses())
            .AddOtlpExporter(otlp =>
            {
                otlp.Protocol = options.Protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                otlp.Endpoint = EndpointOf(options);
            });
    }

    // OTLP over HTTP has a path, which a URL of a collector usually leaves out.
    private static Uri EndpointOf(TraceOptions options)
    {
        var url = new Uri(options.Endpoint);
        return options.Protocol == "http" && url.AbsolutePath == "/" ? new Uri(url, "/v1/traces") : url;
    }

    private static bool IsWatching(string? path) => path is "/health" or "/ready" or MetricsRoute.Path;
}
