using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;

namespace ScaiSend.Delivery;

/// <summary>
/// Holds the emails that this process has in hand. A bounded number at once, tenants in turn; one that takes long goes on beside them, also bounded,
/// so that mail to slow receivers keeps no place that other mail needs. Whoever gives an email here is free at once: its lease is the guarantee.
/// </summary>
public sealed class Deliveries(DeliverEmail deliver, Handover handover, TimeProvider time, ILogger<Deliveries> log)
    : IHostedService,
        IDisposable
{
    /// <summary>Most emails in hand at once that go on quickly.</summary>
    public const int Concurrency = 256;

    /// <summary>Most emails in hand at once that take long.</summary>
    public const int MaxSlow = 1024;

    /// <summary>From when on an email takes long, unless it says so itself before.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    private readonly FairPlaces _quick = new(Concurrency);
    private readonly SemaphoreSlim _slow = new(MaxSlow, MaxSlow);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Takes an email in hand; waits for its tenant's turn while there are too many.</summary>
    public async Task TakeAsync(ProcessedEmail email, CancellationToken cancellationToken)
    {
        await _quick.TakeAsync(email.TenantId, cancellationToken);
        // Not on the giver's time: it has the next email to give.
        _ = Task.Run(() => RunAsync(email), CancellationToken.None);
    }

    /// <summary>From now on the renderer of the same process gives its emails here.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        handover.Open(TakeAsync);
        return Task.CompletedTask;
    }

    /// <summary>What waits for its turn is given back; what has begun gets its time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await TakeAllAsync(Concurrency, () => _quick.TakeAsync(Guid.Empty, cancellationToken));
        await TakeAllAsync(MaxSlow, () => _slow.WaitAsync(cancellationToken));
    }

    public void Dispose()
    {
        _slow.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(ProcessedEmail email)
    {
        var isSlow = false;
        var delivery = DeliverAsync(email, TakesLong);
        try
        {
            await delivery.WaitAsync(SlowAfter, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!delivery.IsCompleted)
                TakesLong();
            await delivery;
        }
        finally
        {
            if (isSlow)
                _slow.Release();
            else
                _quick.GiveBack();
        }

        void TakesLong()
        {
            // Told by the delivery, and by the clock; only the first counts.
            if (Interlocked.Exchange(ref isSlow, true))
                return;
            if (_slow.Wait(0, CancellationToken.None))
                _quick.GiveBack();
            else
                Volatile.Write(ref isSlow, false);
        }
    }

    private async Task DeliverAsync(ProcessedEmail email, Action takesLong)
    {
        try
        {
            await deliver.RunAsync(email, takesLong, _stopping.Token);
        }
        catch (Exception e)
        {
            // Its lease brings it back.
            if (!_stopping.IsCancellationRequested)
                log.LogError(e, "The delivery of {EmailId} broke off", email.EmailId);
        }
    }

    // Whoever has all places knows that nobody has one any more.
    private static async Task TakeAllAsync(int count, Func<Task> takeAsync)
    {
        try
        {
            for (var i = 0; i < count; i++)
                await takeAsync();
        }
        catch (OperationCanceledException)
        {
            // The time to stop is over; the leases bring back what is left.
        }
    }
}
