using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage.Erasure;

namespace ScaiSend.Processing.Erasure;

/// <summary>Takes up erasures that are due, and those that another process left behind. One at a time for each worker.</summary>
public sealed class WorkOnErasures(EraseJobs jobs, CarryOutErasure carryOut, ILogger<WorkOnErasures> log) : BackgroundService
{
    /// <summary>Pause between two looks that found nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Pause after trouble; the job waits for the end of its lease anyway.</summary>
    public static readonly TimeSpan IntervalAfterTrouble = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                if (await jobs.ClaimAsync(stoppingToken) is { } job)
                {
                    await carryOut.RunAsync(job, stoppingToken);
                    log.LogInformation("Erasure {Id}: {State}, {Counts}", job.Id, job.FinishedAt is null ? "waits" : "done", job.Counts);
                    pause = TimeSpan.Zero;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("An erasure was interrupted and will be gone on with: {Reason}", e.Message);
                pause = IntervalAfterTrouble;
            }
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
