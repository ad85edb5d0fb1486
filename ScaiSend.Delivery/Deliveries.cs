using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Delivery;

/// <summary>
/// Holds the emails that this process has in hand. A bounded number at once; one that takes long goes on beside them, also bounded, so that mail to
/// slow receivers keeps no place that other mail needs. Whoever gives an email here is free at once: its lease is the guarantee.
/// </summary>
public sealed class Deliveries(DeliverEmail deliver, TimeProvider time, ILogger<Deliveries> log) : IHostedService, IDisposable
{
    /// <summary>Most emails in hand at once that go on quickly.</summary>
    public const int Concurrency = 256;

    /// <summary>Most emails in hand at once that take long.</summary>
    public const int MaxSlow = 1024;

    /// <summary>From when on an email takes long.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _quick = new(Concurrency, Concurrency);
    private readonly SemaphoreSlim _slow = new(MaxSlow, MaxSlow);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Takes an email in hand; waits while there are too many.</summary>
    public async Task TakeAsync(ProcessedEmail email, CancellationToken cancellationToken)
    {
        await _quick.WaitAsync(cancellationToken);
        // Not on the giver's time: it has the next email to give.
        _ = Task.Run(() => RunAsync(email), CancellationToken.None);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What waits for its turn is given back; what has begun gets its time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await TakeAllAsync(_quick, Concurrency, cancellationToken);
        await TakeAllAsync(_slow, MaxSlow, cancellationToken);
    }

    public void Dispose()
    {
        _quick.Dispose();
        _slow.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(ProcessedEmail email)
    {
        var delivery = DeliverAsync(email);
        var place = _quick;
        try
        {
            await delivery.WaitAsync(SlowAfter, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!delivery.IsCompleted && _slow.Wait(0, CancellationToken.None))
            {
                place = _slow;
                _quick.Release();
            }
            await delivery;
        }
        finally
        {
            place.Release();
        }
    }

    private async Task DeliverAsync(ProcessedEmail email)
    {
        try
        {
            await deliver.RunAsync(email, _stopping.Token);
        }
        catch (Exception e)
        {
            // Its lease brings it back.
            if (!_stopping.IsCancellationRequested)
                log.LogError(e, "The delivery of {EmailId} broke off", email.EmailId);
        }
    }

    // Whoever has all places knows that nobody has one any more.
    private static async Task TakeAllAsync(SemaphoreSlim places, int count, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < count; i++)
                await places.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time to stop is over; the leases bring back what is left.
        }
    }
}
