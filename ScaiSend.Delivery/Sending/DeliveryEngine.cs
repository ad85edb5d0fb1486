using System.Net;
using DnsClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Files;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Signing;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Policies;
using ZiggyCreatures.Caching.Fusion;

namespace ScaiSend.Delivery.Sending;

/// <summary>Registers what turns a rendered mail into an answer: route, signatures, connections.</summary>
public static class DeliveryEngine
{
    public static IServiceCollection AddDeliveryEngine(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration("ScaiSend:" + DeliveryOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeliveryOptions>, MachineCheck>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.TryAddSingleton<IFusionCache>(_ => new FusionCache(new FusionCacheOptions()));
        services.TryAddSingleton<ILookupClient>(provider => NewResolver(provider.GetRequiredService<IOptions<DeliveryOptions>>().Value));
        services.TryAddSingleton<Resolver>();
        services.TryAddSingleton<CurrentPolicy>();
        services.TryAddSingleton<CachedDns>();
        services.TryAddSingleton<HostAddresses>();
        services.TryAddSingleton<MxLookup>();
        services.TryAddSingleton<SourceChoice>();
        services.TryAddSingleton<CertificateCheck>();
        services.TryAddSingleton<MtaStsFetch>();
        services.TryAddSingleton<MtaStsLookup>();
        services.TryAddSingleton<MailRoutes>();
        services.TryAddSingleton<DkimSigning>();
        services.TryAddSingleton<MailPieces>();
        services.TryAddSingleton<ConnectionNeeds>();
        services.TryAddSingleton<SmtpSender>();
        return services;
    }

    /// <summary>The resolver that the options name, or the system's. It caches nothing: <see cref="CachedDns"/> does.</summary>
    public static ILookupClient NewResolver(DeliveryOptions options)
    {
        var settings = HostPort.TryRead(options.Dns, out var server)
            ? new LookupClientOptions(new IPEndPoint(IPAddress.Parse(server.Host), server.Port))
            : new LookupClientOptions();
        settings.UseCache = false;
        settings.Timeout = options.DnsTimeout;
        settings.Retries = 1;
        return new LookupClient(settings);
    }
}
