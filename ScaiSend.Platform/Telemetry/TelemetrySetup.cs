using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ScaiSend.Platform.Telemetry;

/// <summary>What every role tells of itself; who listens is the host's matter.</summary>
public static class TelemetrySetup
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration settings)
    {
        services.Configure<MetricsOptions>(settings.GetSection("Telemetry:Metrics"));
        services.Configure<TraceOptions>(settings.GetSection("Telemetry:Traces"));
        services.AddMetrics();
        services.AddSingleton<Labels>();
        services.AddSingleton<MessageTraces>();
        services.AddSingleton<CommitMeter>();
        services.AddSingleton<HintMeter>();
        return services;
    }

    /// <summary>Adds the gauges of the queue; the worker role has them.</summary>
    public static IServiceCollection AddQueueGauges(this IServiceCollection services)
    {
        services.TryAddSingleton<QueueLook>();
        services.TryAddSingleton<LedgerCheck>();
        services.TryAddSingleton<QueueMeter>();
        return services.AddHostedService<ReadQueue>();
    }
}
