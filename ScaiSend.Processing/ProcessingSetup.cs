using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Templates;
using ScaiSend.Platform.Tracking;
using ScaiSend.Platform.Webhooks;
using ScaiSend.Processing.Cleanup;
using ScaiSend.Processing.Domains;
using ScaiSend.Processing.Erasure;
using ScaiSend.Processing.Rendering;
using ScaiSend.Processing.Stats;
using ScaiSend.Processing.Suppression;
using ScaiSend.Processing.Tracking;
using ScaiSend.Processing.Webhooks;

namespace ScaiSend.Processing;

/// <summary>What the worker role adds.</summary>
public static class ProcessingSetup
{
    /// <summary>The queue of the renderer and its consumer.</summary>
    public static StageConsumer Consumer { get; } = new("render", typeof(RenderEmailsConsumer), HintsPerPlace: 4);

    public static IServiceCollection AddProcessing(this IServiceCollection services)
    {
        services.AddSingleton(s => s.GetRequiredService<IOptions<RenderingOptions>>().Value);
        services.AddSingleton(s => new FairPlaces(s.GetRequiredService<IOptions<BusOptions>>().Value.Concurrency));
        services.AddSingleton<RenderMeter>();
        services.AddSingleton<MailRenderer>();
        services.AddSingleton<TenantTracking>();
        services.AddSingleton<OwnLinks>();
        services.AddSingleton<HtmlScans>();
        services.AddSingleton<EmbeddedImages>();
        services.AddSingleton<OwnReturnPaths>();
        services.AddSingleton<MailTracking>();
        services.AddSingleton<EmailsToRender>();
        services.TryAddSingleton<SuppressionCheck>();
        services.AddSingleton<DropSuppressed>();
        services.TryAddSingleton<TemplateVersions>();
        services.AddSingleton<TemplatedContent>();
        services.AddWebhooks();
        services.AddSingleton<StatsRollUp>();
        services.AddHostedService<RollUpStats>();
        services.AddSingleton<DueDomains>();
        services.AddHostedService<WatchDomains>();
        services.AddCleanup();
        services.AddErasure();
        return services;
    }

    private static void AddWebhooks(this IServiceCollection services)
    {
        services.AddWebhookClient();
        services.AddSingleton<DueEndpoints>();
        services.AddSingleton<OwedEvents>();
        services.AddSingleton<PostResults>();
        services.AddSingleton<WebhookMeter>();
        services.AddSingleton<EndpointTurn>();
        services.AddHostedService<SendWebhooks>();
    }
}
