using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Processing.Stats;

/// <summary>Keeps statistics up to date, a few seconds behind the events. Each worker tries; one of them counts.</summary>
public sealed class RollUpStats(MailDatabase database, StatsRollUp rollUp, ILogger<RollUpStats> log) : BackgroundService
{
    /// <summary>Pause when everything is counted.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Pause after trouble.</summary>
    public static readonly TimeSpan IntervalAfterTrouble = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RepeatAsync(
            database,
            async (connection, stop) => await rollUp.OnceAsync(connection, stop) ? TimeSpan.Zero : Interval,
            e => log.LogWarning("Statistics were not counted, and will be later: {Reason}", e.Message),
            IntervalAfterTrouble,
            stoppingToken
        );
}
