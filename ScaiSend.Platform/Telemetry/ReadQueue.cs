using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Platform.Telemetry;

/// <summary>Reads the queue for its gauges, in the background and never for a scrape. Each worker does, so queries take the greatest of them.</summary>
public sealed class ReadQueue(
    MailDatabase database,
    QueueLook look,
    LedgerCheck ledger,
    QueueMeter meter,
    IOptions<MetricsOptions> options,
    ILogger<ReadQueue> log
) : BackgroundService
{
    /// <summary>A reading is shown until so many further ones should have followed.</summary>
    private const int Missed = 4;

    /// <summary>A reading that took long is followed by a pause so many times as long.</summary>
    private const int PauseShare = 10;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RepeatAsync(
            database,
            OnceAsync,
            e => log.LogWarning("The gauges of the queue were not read: {Reason}", e.Message),
            options.Value.ReadEvery,
            stoppingToken
        );

    /// <summary>One reading; answers the pause to the next.</summary>
    public async Task<TimeSpan> OnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var reading = await look.ReadAsync(connection, cancellationToken) with
        {
            Ledger = await ledger.StepAsync(connection, cancellationToken),
        };
        var took = TimeProvider.System.GetElapsedTime(begun);
        var pause = took * PauseShare > options.Value.ReadEvery ? took * PauseShare : options.Value.ReadEvery;
        meter.Show(reading, took, (pause + took) * Missed);
        return pause;
    }
}
