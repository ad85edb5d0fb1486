using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Delivery.Pacing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Delivery.Signing;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Delivery;

/// <summary>What the SMTP role adds.</summary>
public static class DeliverySetup
{
    /// <summary>The queue of the SMTP stage and its consumer.</summary>
    public static StageConsumer Consumer { get; } = new("deliver", typeof(DeliverEmailsConsumer));

    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddDeliveryEngine();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<MailInHand>();
        services.AddSingleton<SharedPace>();
        services.AddSingleton<Suspensions>();
        services.AddSingleton<Pacer>();
        services.AddSingleton<AttemptTraces>();
        services.AddSingleton<DeliverEmail>();
        services.AddSingleton<Deliveries>();
        services.AddHostedService(s => s.GetRequiredService<Suspensions>());
        services.AddHostedService(s => s.GetRequiredService<Pacer>());
        // Stopped after those who give emails to it: hosted services stop in reverse order.
        return services.AddHostedService(s => s.GetRequiredService<Deliveries>());
    }
}
