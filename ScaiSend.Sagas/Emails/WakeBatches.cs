using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Sagas.Emails;

/// <summary>
/// Carries the change of a batch's status to the emails that wait because of the old one: makes them due, and the waker does the rest.
/// GUARANTEE: no email stays held after its batch was resumed, because each change is looked after twice: at once, and again when no renderer can
/// act on the old status any more. A renderer that saw the pause before it was lifted must tell so within its lease.
/// </summary>
public sealed class WakeBatches(
    MailDatabase database,
    BatchEmails emails,
    IOptions<Leases> leases,
    TimeProvider time,
    ILogger<WakeBatches> log
) : BackgroundService
{
    /// <summary>Pause between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>How much the clocks of two machines may differ, and a commit may take.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private HashSet<ChangedBatch> _woken = [];

    /// <summary>One look at all changed batches; answers how many emails were woken.</summary>
    public async Task<int> OnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var woken = 0;
        var changed = await emails.ChangedAsync(connection, cancellationToken);
        foreach (var batch in changed)
        {
            var now = time.GetUtcNow();
            var isSettled = now > batch.ChangedAt + leases.Value.Render + Tolerance;
            if (!isSettled && _woken.Contains(batch))
                continue;
            woken += await emails.WakeAsync(connection, batch, now, cancellationToken);
            _woken.Add(batch);
            if (isSettled)
                await emails.SettleAsync(connection, batch, cancellationToken);
        }
        _woken = [.. _woken.Intersect(changed)];
        return woken;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RepeatAsync(
            database,
            async (connection, stop) =>
            {
                await OnceAsync(connection, stop);
                return Interval;
            },
            trouble => log.LogWarning("Batches could not be woken and will be again: {Reason}", trouble.Message),
            Interval,
            stoppingToken
        );
}
