using Microsoft.Extensions.DependencyInjection;

namespace ScaiSend.Processing.Cleanup;

/// <summary>What the worker cleans up with.</summary>
internal static class CleanupSetup
{
    public static void AddCleanup(this IServiceCollection services)
    {
        services.AddSingleton<SmallSteps>();
        services.AddSingleton<Retentions>();
        services.AddSingleton<RemovedContents>();
        services.AddSingleton<OldContents>();
        services.AddSingleton<OldMessages>();
        services.AddSingleton<OldDeliveries>();
        services.AddSingleton<OldRows>();
        services.AddSingleton<OrphanedBlobs>();
        services.AddSingleton<CleanupParts>();
        services.AddSingleton<CleanUp>();
        services.AddHostedService<CleanUpRegularly>();
    }
}
