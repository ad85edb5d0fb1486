using MassTransit;
using MassTransit.Context;
using ScaiSend.Contracts.Emails;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Sagas.Persistence;

/// <summary>
/// MassTransit's saga repository over <see cref="EmailTransitions"/>, and the answer to the stage that told the fact.
/// Sagas are only ever loaded: the door inserts the row in the accepting transaction.
/// </summary>
public sealed class EmailSagaRepository(EmailTransitions transitions, SagaMeter meter) : ISagaRepository<EmailState>
{
    public async Task Send<T>(ConsumeContext<T> context, ISagaPolicy<EmailState, T> policy, IPipe<SagaConsumeContext<EmailState, T>> next)
        where T : class
    {
        var emailId = context.CorrelationId ?? throw new SagaException("The fact names no email", typeof(EmailState), typeof(T));
        var saga = await transitions.RunAsync(
            emailId,
            // A missing email is a plain end: it was deleted while a hint was on its way.
            saga => saga is null ? Task.CompletedTask : policy.Existing(new DefaultSagaConsumeContext<EmailState, T>(context, saga), next),
            context.CancellationToken
        );
        if (saga is null)
            return;
        if (saga.IsChanged)
            meter.Committed(saga);
        if (context.Message is EmailFact fact)
            fact.After = new Transition(saga.Status, saga.Version, saga.DueAt, saga.Attempts, saga.IsChanged);
    }

    public Task SendQuery<T>(
        ConsumeContext<T> context,
        ISagaQuery<EmailState> query,
        ISagaPolicy<EmailState, T> policy,
        IPipe<SagaConsumeContext<EmailState, T>> next
    )
        where T : class => throw new NotSupportedException("Facts find their email by its id");

    public void Probe(ProbeContext context) => context.Add("persistence", "group commit");
}
