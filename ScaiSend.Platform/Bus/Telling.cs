using MassTransit.Mediator;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Bus;

/// <summary>How a stage tells the saga a fact.</summary>
public static class Telling
{
    /// <summary>Tells the saga a fact and waits for its commit. The answer is null when there is no such email.</summary>
    public static async Task<Transition?> TellAsync<T>(this IMediator mediator, T fact, CancellationToken cancellationToken)
        where T : EmailFact
    {
        await mediator.Send(fact, cancellationToken);
        return fact.After;
    }
}
