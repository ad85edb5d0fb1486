using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>Tells webhooks what they are owed: looks whom something is due for, and gives those endpoints turns.</summary>
internal sealed class SendWebhooks(
    DueEndpoints endpoints,
    EndpointTurn turn,
    OwedEvents owed,
    PostResults results,
    IOptions<WebhookOptions> options,
    TimeProvider time,
    ILogger<SendWebhooks> log
) : BackgroundService
{
    /// <summary>Between two looks when nothing is to be done.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Between two looks at the least.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenCleanups = TimeSpan.FromMinutes(10);

    /// <summary>How long POSTs that run may go on when the process stops.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    // A look may take a tenth of the time, however many endpoints there are.
    private const int LookShare = 10;

    private readonly Turns _turns = new(options.Value.Places);
    private readonly ConcurrentQueue<(Guid EndpointId, TurnEnd End)> _ended = new();
    private readonly Dictionary<Guid, Task> _running = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _abort = new();
    private TimeSpan _cleanedAt;
    private Task _writing = Task.CompletedTask;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(results.RunAsync, CancellationToken.None);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>POSTs that run are finished and written down, then the endpoints are left to others.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _abort.CancelAfter(DrainLimit);
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        results.Complete();
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await endpoints.LeaveAsync(cancellationToken);
        }
        catch (Exception e)
        {
            log.LogWarning("The webhooks of this process are left to others when its leases end: {Reason}", e.Message);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _abort.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = PauseAfterTrouble;
            try
            {
                pause = await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Webhooks wait: {Reason}", e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await WaitAsync(pause, stoppingToken);
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stoppingToken)
    {
        Settle();
        var begun = _clock.Elapsed;
        await endpoints.KeepAsync(_turns.Running, stoppingToken);
        var ripe = (await endpoints.FindAsync(stoppingToken)).Where(IsRipe);
        var look = _clock.Elapsed - begun;
        await BeginAsync(_turns.Give(ripe, _clock.Elapsed), stoppingToken);
        if (_clock.Elapsed - _cleanedAt > BetweenCleanups)
        {
            _cleanedAt = _clock.Elapsed;
            await owed.RemoveLostAsync(stoppingToken);
        }
        return Max(Pause, look * LookShare);
    }

    private bool IsRipe(DueEndpoint endpoint) =>
        endpoint.Kind == WebhookKind.Single || endpoint.DueAt + options.Value.BatchWait <= time.GetUtcNow();

    private async Task BeginAsync(IReadOnlyList<DueEndpoint> given, CancellationToken stoppingToken)
    {
        if (given.Count == 0)
            return;
        var taken = new Dictionary<Guid, WebhookEndpoint>();
        try
        {
            foreach (var endpoint in await endpoints.TakeAsync([.. given.Select(e => e.Id)], stoppingToken))
                taken.Add(endpoint.Id, endpoint);
        }
        finally
        {
            foreach (var endpoint in given.Where(e => !taken.ContainsKey(e.Id)))
                _turns.End(endpoint.Id, endpoint.IsFailing, null);
        }
        foreach (var endpoint in taken.Values)
            _running[endpoint.Id] = Task.Run(() => TakeTurnAsync(endpoint, stoppingToken), CancellationToken.None);
    }

    private async Task TakeTurnAsync(WebhookEndpoint endpoint, CancellationToken stoppingToken)
    {
        var end = new TurnEnd(HasFailed: true, IsSlow: false, HasMore: false);
        try
        {
            end = await turn.RunAsync(endpoint, stoppingToken, _abort.Token);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
        catch (Exception e)
        {
            log.LogWarning("The turn of webhook {EndpointId} was broken off: {Reason}", endpoint.Id, e.Message);
        }
        _ended.Enqueue((endpoint.Id, end));
        if ((end.HasMore && !end.HasFailed) || _turns.IsFull)
            _wake.Release();
    }

    // Turns are given and ended in one place, so that nothing of it is shared.
    private void Settle()
    {
        while (_ended.TryDequeue(out var ended))
        {
            _running.Remove(ended.EndpointId);
            var pausedUntil = ended.End.HasFailed ? _clock.Elapsed + options.Value.PauseAfterFailure : (TimeSpan?)null;
            _turns.End(ended.EndpointId, ended.End.HasFailed || ended.End.IsSlow, pausedUntil);
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        await Task.Delay(Breath, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await _wake.WaitAsync(pause - Breath, stoppingToken);
            while (_wake.Wait(0, CancellationToken.None)) { }
        }
        catch (OperationCanceledException) { }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
