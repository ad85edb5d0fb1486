using System.Threading.Channels;
using MassTransit.Mediator;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// Tells the saga what visitors did, without letting them wait for a database that is slow or away.
/// GUARANTEE: when <see cref="RecordAsync"/> answers true, the visit is committed. Otherwise it is in this process's memory: it is tried until the
/// database takes it, and a stop waits for it for <see cref="DrainLimit"/>; a process that is killed in that time loses it.
/// </summary>
public sealed class RecordVisits(IMediator mediator, MailDatabase database, IOptions<TrackingOptions> options, ILogger<RecordVisits> log)
    : IHostedService,
        IDisposable
{
    /// <summary>How long a stop waits for what is not recorded yet.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    // Enough to fill the group commits, and few enough that a database that comes back is not flooded.
    private const int MaxAtOnce = 256;

    // While the database is away a few find out when it is back, and the others do not fail again and again.
    private const int MaxRetriesAtOnce = 4;

    // What fails for another reason than an outage is a bug, or a row that cannot be written: it must not be tried for ever.
    private const int MaxTriesOfOthers = 5;
    private static readonly TimeSpan PauseBetween = TimeSpan.FromSeconds(1);

    private readonly Channel<Visited> _waiting = Channel.CreateBounded<Visited>(options.Value.MaxWaiting);
    private readonly SemaphoreSlim _places = new(MaxAtOnce);
    private readonly SemaphoreSlim _retries = new(MaxRetriesAtOnce);
    private readonly CancellationTokenSource _stopped = new();
    private Task _running = Task.CompletedTask;
    private int _unrecorded;

    /// <summary>Visits that are taken and not recorded yet.</summary>
    public int Unrecorded => Volatile.Read(ref _unrecorded);

    /// <summary>Takes a visit and waits for its commit, at most <see cref="TrackingOptions.RecordWithin"/>.</summary>
    /// <param name="fact">Asked at each try: what is known of a visit may have grown while it waited.</param>
    /// <returns>Whether it is committed.</returns>
    public async Task<bool> RecordAsync<T>(Func<T> fact)
        where T : EmailFact
    {
        var visited = new Visited(() => mediator.TellAsync(fact(), CancellationToken.None));
        Interlocked.Increment(ref _unrecorded);
        if (!_waiting.Writer.TryWrite(visited))
        {
            Interlocked.Decrement(ref _unrecorded);
            log.LogWarning("A visit was not recorded, because {Max} wait already or the process stops", options.Value.MaxWaiting);
            return false;
        }
        // By the machine's clock, not the product's: a test that stops the latter must not keep a visitor waiting.
        await visited.Done.Task.WaitAsync(options.Value.RecordWithin).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return visited.Done.Task.IsCompletedSuccessfully;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _running.WaitAsync(DrainLimit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopped.CancelAsync();
        if (Unrecorded > 0)
            log.LogError("{Count} visits are lost: the database did not take them before the process had to stop", Unrecorded);
    }

    public void Dispose()
    {
        _places.Dispose();
        _retries.Dispose();
        _stopped.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var visited in _waiting.Reader.ReadAllAsync(_stopped.Token))
        {
            await _places.WaitAsync(_stopped.Token);
            _ = TellAsync(visited);
        }
        for (var place = 0; place < MaxAtOnce; place++)
            await _places.WaitAsync(_stopped.Token);
    }

    private async Task TellAsync(Visited visited)
    {
        if (!await TryAsync(visited, isFirst: true))
        {
            await _retries.WaitAsync(_stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            for (
                var tries = 2;
                !_stopped.IsCancellationRequested && !await TryAsync(visited, isFirst: false, isLast: tries >= MaxTriesOfOthers);
                tries++
            )
                await Task.Delay(PauseBetween, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _retries.Release();
        }
        _places.Release();
    }

    /// <returns>Whether nothing more is to be done.</returns>
    private async Task<bool> TryAsync(Visited visited, bool isFirst, bool isLast = false)
    {
        try
        {
            await visited.Tell();
            visited.Done.TrySetResult();
        }
        catch (Exception e) when (!isLast || database.IsOutage(e))
        {
            if (isFirst)
                log.LogWarning("A visit is recorded later: {Reason}", e.Message);
            return false;
        }
        catch (Exception e)
        {
            log.LogError(e, "A visit cannot be recorded");
        }
        Interlocked.Decrement(ref _unrecorded);
        return true;
    }

    private sealed record Visited(Func<Task> Tell)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
