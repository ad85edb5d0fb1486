using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.Delivery.Inbound;

/// <summary>What the SMTP role adds to take and apply reports.</summary>
public static class InboundSetup
{
    /// <param name="isOnByDefault">Whether it listens when no setting says where.</param>
    public static IServiceCollection AddInbound(this IServiceCollection services, bool isOnByDefault)
    {
        services.AddSingleton<StoredReports>();
        services.AddSingleton<ReportReader>();
        services.AddSingleton<ReportApplication>();
        services.AddSingleton<KeepReports>();
        services.AddSingleton(s =>
            ActivatorUtilities.CreateInstance<InboundRecipients>(s, s.GetRequiredService<IOptions<InboundOptions>>().Value.FeedbackAddress)
        );
        services.AddSingleton(s => new InboundParts(
            s.GetRequiredService<InboundRecipients>(),
            s.GetRequiredService<KeepReports>(),
            isOnByDefault
        ));
        services.AddHostedService<ApplyReports>();
        return services.AddHostedService<InboundServer>();
    }
}
