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

    /// <summary>Tells a fact that would be lost with this process: trouble is outlasted for as long as <paramref name="limit"/>.</summary>
    public static async Task TellUntilAsync<T>(this IMediator mediator, T fact, TimeProvider time, TimeSpan limit)
        where T : EmailFact
    {
        var end = time.GetUtcNow() + limit;
        while (true)
        {
            try
            {
                await mediator.Send(fact, CancellationToken.None);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException && time.GetUtcNow() < end)
            {
                await Task.Delay(PauseBetween, CancellationToken.None);
            }
        }
    }

    private static readonly TimeSpan PauseBetween = TimeSpan.FromSeconds(1);
}
