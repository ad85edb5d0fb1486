using MassTransit;
using Microsoft.Extensions.Hosting;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Delivery;

/// <summary>Takes the emails of a hint in hand; acknowledged as soon as all are, so that a slow receiver keeps no hint open.</summary>
public sealed class DeliverEmailsConsumer(Deliveries deliveries) : IConsumer<EmailsProcessed>
{
    public async Task Consume(ConsumeContext<EmailsProcessed> context)
    {
        foreach (var email in context.Message.Emails)
            await deliveries.TakeAsync(email, context.CancellationToken);
    }
}

/// <summary>Takes in hand what the renderer of the same process hands over in memory.</summary>
public sealed class DeliverHandedOver(Handover handover, Deliveries deliveries) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        handover.Open();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var email in handover.ReadAsync(stoppingToken))
            await deliveries.TakeAsync(email, stoppingToken);
    }
}
