using MassTransit;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Delivery;

/// <summary>Takes the emails of a hint in hand; acknowledged as soon as all are, so that a slow receiver keeps no hint open.</summary>
public sealed class DeliverEmailsConsumer(Deliveries deliveries) : IConsumer<EmailsProcessed>
{
    // All at once: each waits for its own tenant's turn.
    public Task Consume(ConsumeContext<EmailsProcessed> context) =>
        Task.WhenAll(context.Message.Emails.Select(email => deliveries.TakeAsync(email, context.CancellationToken)));
}
