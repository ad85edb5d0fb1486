using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Sagas.Queue;

/// <summary>Takes up what operators asked of the queue, and what another process left behind. One entry at a time for each worker.</summary>
public sealed class WorkOnQueue(AuditLog audit, CarryOut carryOut, ILogger<WorkOnQueue> log) : BackgroundService
{
    /// <summary>Pause between two looks that found nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause after trouble; the entry waits for the end of its lease anyway.</summary>
    public static readonly TimeSpan IntervalAfterTrouble = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                if (await audit.ClaimAsync(stoppingToken) is { } entry)
                {
                    await carryOut.RunAsync(entry, null, stoppingToken);
                    pause = TimeSpan.Zero;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("What an operator asked of the queue could not be done and will be tried again: {Reason}", e.Message);
                pause = IntervalAfterTrouble;
            }
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
