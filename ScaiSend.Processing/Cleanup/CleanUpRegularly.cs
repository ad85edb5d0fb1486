using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ScaiSend.Processing.Cleanup;

/// <summary>Cleans up every hour, and once a day looks for blobs that nothing names.</summary>
public sealed class CleanUpRegularly(CleanUp cleanUp, TimeProvider time, ILogger<CleanUpRegularly> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>After a start, so that a worker that is often started anew cleans up, too.</summary>
    public static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan SweepEvery = TimeSpan.FromDays(1);

    /// <summary>How often the clock is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (due, sweepDue) = (time.GetUtcNow() + FirstAfter, time.GetUtcNow() + Every);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = time.GetUtcNow();
            if (now < due || stoppingToken.IsCancellationRequested)
                continue;
            due = now + Every;
            try
            {
                await cleanUp.OnceAsync(isSweeping: now >= sweepDue, stoppingToken);
                if (now >= sweepDue)
                    sweepDue = now + SweepEvery;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The cleanup was interrupted, and goes on in an hour: {Reason}", e.Message);
            }
        }
    }
}
