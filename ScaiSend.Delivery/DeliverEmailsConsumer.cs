using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Delivery;

/// <summary>Takes the emails of a hint and delivers them side by side; acknowledged when all have an answer.</summary>
public sealed class DeliverEmailsConsumer(DeliverEmail deliver) : IConsumer<EmailsProcessed>
{
    public Task Consume(ConsumeContext<EmailsProcessed> context) =>
        Task.WhenAll(context.Message.Emails.Select(email => deliver.RunAsync(email, context.CancellationToken)));
}

/// <summary>Delivers what the renderer of the same process hands over in memory.</summary>
public sealed class DeliverHandedOver(Handover handover, DeliverEmail deliver, ILogger<DeliverHandedOver> log) : BackgroundService
{
    /// <summary>Most emails in hand at once.</summary>
    private const int Concurrency = 256;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        handover.Open();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(
            handover.ReadAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = stoppingToken },
            DeliverAsync
        );

    private async ValueTask DeliverAsync(ProcessedEmail email, CancellationToken cancellationToken)
    {
        try
        {
            await deliver.RunAsync(email, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Its lease brings it back.
            log.LogError(e, "The delivery of {EmailId} broke off", email.EmailId);
        }
    }
}
