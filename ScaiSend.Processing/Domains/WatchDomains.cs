using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Processing.Domains;

/// <summary>Looks at the records of sender domains again and again, so that a new one is seen without anybody asking, and a broken one is noticed.</summary>
public sealed class WatchDomains(MailDatabase database, DueDomains due, DomainVerification verification, ILogger<WatchDomains> log)
    : BackgroundService
{
    /// <summary>Pause between two rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RepeatAsync(
            database,
            async (connection, stop) =>
            {
                await OnceAsync(connection, stop);
                return Interval;
            },
            e => log.LogWarning("Sender domains could not be looked at, and will be later: {Reason}", e.Message),
            Interval,
            stoppingToken
        );

    private async Task OnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        foreach (var one in await due.FindAsync(connection, cancellationToken))
            if (await ClaimAsync(connection, one, cancellationToken))
                await verification.RunAsync(one.TenantId, one.DomainId, cancellationToken);
    }

    private async Task<bool> ClaimAsync(DbConnection connection, DueDomain one, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        return await due.ClaimAsync(connection, one, cancellationToken);
    }
}
