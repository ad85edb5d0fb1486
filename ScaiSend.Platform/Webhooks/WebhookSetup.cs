using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ScaiSend.Platform.Webhooks;

/// <summary>What calls webhooks; the worker and the API's tests of endpoints use it.</summary>
public static class WebhookSetup
{
    public static IServiceCollection AddWebhookClient(this IServiceCollection services)
    {
        services.TryAddSingleton<HostLookup>((host, cancellationToken) => System.Net.Dns.GetHostAddressesAsync(host, cancellationToken));
        services.TryAddSingleton<WebhookClient>();
        return services;
    }
}
