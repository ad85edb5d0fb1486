using System.Data.Common;
using MassTransit.Mediator;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Reads stored reports and tells sagas what they say. Any number of processes may do so; a report that is read twice changes nothing twice.</summary>
public sealed class ApplyReports(
    MailDatabase database,
    StoredReports reports,
    ReportApplication application,
    TimeProvider time,
    IOptions<InboundOptions> options,
    ILogger<ApplyReports> log
) : BackgroundService
{
    /// <summary>Pause between two rounds that found nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>How often old reports are looked for.</summary>
    public static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);

    private DateTimeOffset _forgetAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RepeatAsync(
            database,
            async (connection, stop) =>
            {
                await ForgetAsync(connection, stop);
                return await OnceAsync(connection, stop) > 0 ? TimeSpan.Zero : Interval;
            },
            trouble => log.LogWarning("Reports could not be applied, and will be later: {Reason}", trouble.Message),
            Interval,
            stoppingToken
        );

    /// <summary>One round; answers how many reports were read.</summary>
    public async Task<int> OnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var claimed = await reports.ClaimAsync(connection, time.GetUtcNow(), cancellationToken);
        if (claimed.Count == 0)
            return 0;
        var settled = await application.ApplyAsync(connection, claimed, cancellationToken);
        await reports.SettleAsync(connection, settled, cancellationToken);
        return claimed.Count;
    }

    private async Task ForgetAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _forgetAt)
            return;
        if (await reports.ForgetAsync(connection, now - options.Value.KeepFor, cancellationToken) < StoredReports.MaxForgotten)
            _forgetAt = now + ForgetEvery;
    }
}
