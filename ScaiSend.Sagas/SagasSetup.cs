using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Sagas.Emails;
using ScaiSend.Sagas.Persistence;
using ScaiSend.Sagas.Queue;

namespace ScaiSend.Sagas;

/// <summary>What a process needs to tell sagas facts, and to wake them.</summary>
public static class SagasSetup
{
    /// <summary>Adds the saga on MassTransit's mediator; every role tells it facts.</summary>
    public static IServiceCollection AddSagas(this IServiceCollection services)
    {
        services.AddSingleton<RetrySchedule>();
        services.AddSingleton<EmailStateMachine>();
        services.AddSingleton<SagaMeter>();
        services.AddSingleton<EmailTransitions>();
        services.AddSingleton<EmailSagaRepository>();
        services.AddHostedService(s => s.GetRequiredService<EmailTransitions>());
        services.AddSingleton<QueueWalk>();
        services.AddSingleton<QueueCount>();
        services.AddSingleton<QueuePage>();
        services.AddSingleton<QueueNames>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<OperatorSuspensions>();
        services.AddSingleton<CarryOut>();
        return services.AddMediator(mediator =>
            mediator.ConfigureMediator(
                (context, configure) =>
                    configure.StateMachineSaga(
                        context.GetRequiredService<EmailStateMachine>(),
                        context.GetRequiredService<EmailSagaRepository>()
                    )
            )
        );
    }

    /// <summary>Adds the waker, and who carries out what operators ask; the worker role runs them.</summary>
    public static IServiceCollection AddWaker(this IServiceCollection services)
    {
        services.AddSingleton<WakerMeter>();
        services.AddSingleton<DueEmails>();
        services.TryAddSingleton<SuppressionCheck>();
        services.AddSingleton<SuppressedRetries>();
        services.AddSingleton<WakeDueEmails>();
        services.AddSingleton<BatchEmails>();
        services.AddHostedService<WakeBatches>();
        services.AddHostedService<WorkOnQueue>();
        return services.AddHostedService(s => s.GetRequiredService<WakeDueEmails>());
    }
}
