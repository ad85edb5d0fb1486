using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScaiSend.Platform.Storage.Erasure;

namespace ScaiSend.Processing.Erasure;

/// <summary>What the worker erases with.</summary>
internal static class ErasureSetup
{
    public static void AddErasure(this IServiceCollection services)
    {
        services.TryAddSingleton<EraseJobs>();
        services.AddSingleton<TracesOfPersons>();
        services.AddSingleton<TextsOfMessages>();
        services.AddSingleton<ErasedTraces>();
        services.AddSingleton<ErasedQuotes>();
        services.AddSingleton<ErasedContent>();
        services.AddSingleton<ErasedMessage>();
        services.AddSingleton<CarryOutErasure>();
        services.AddHostedService<WorkOnErasures>();
    }
}
