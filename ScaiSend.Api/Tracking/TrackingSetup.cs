using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ScaiSend.Api.Tracking;

/// <summary>What the serve role needs for opens, clicks and unsubscribes, and for the settings of them.</summary>
internal static class TrackingSetup
{
    public static void AddTracking(this IServiceCollection services)
    {
        services.AddSingleton<StoredTracking>();
        services.AddSingleton<ClickBursts>();
        services.AddSingleton<RecordVisits>();
        services.AddHostedService(s => s.GetRequiredService<RecordVisits>());
        services.AddSingleton<StoredSubscriptions>();
        services.AddSingleton<ChangeSubscription>();
    }

    public static void MapTracking(this IEndpointRouteBuilder routes)
    {
        routes.MapOpens();
        routes.MapClicks();
        routes.MapUnsubscribes();
        routes.MapTenantTracking();
        routes.MapTrackingSettings();
    }
}
