using System.Data.Common;
using MassTransit.Mediator;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Sagas.Emails;

/// <summary>
/// The waker: finds emails whose due time has come (a retry, <c>send_at</c>, held back, a lease that ran out), claims them tenant by tenant
/// and hints the stage that has to go on. It decides nothing about an email; the saga does.
/// </summary>
public sealed class WakeDueEmails(
    MailDatabase database,
    DueEmails due,
    FlightWindow window,
    IOptions<FairnessOptions> fairness,
    Hints hints,
    IMediator mediator,
    SuppressedRetries suppressed,
    TimeProvider time,
    ILogger<WakeDueEmails> log
) : BackgroundService
{
    /// <summary>Pause between two rounds that found nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Pause when emails are due and their tenants have no room: it comes within a blink.</summary>
    public static readonly TimeSpan IntervalWhenFull = TimeSpan.FromMilliseconds(25);

    private bool _isFull;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RepeatAsync(
            database,
            async (connection, stop) =>
                await OnceAsync(connection, stop) > 0 ? TimeSpan.Zero
                : _isFull ? IntervalWhenFull
                : Interval,
            trouble => log.LogWarning("The waker could not work and tries again: {Reason}", trouble.Message),
            Interval,
            stoppingToken
        );

    /// <summary>One round over all tenants; answers how many emails were woken.</summary>
    public async Task<int> OnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var woken = 0;
        _isFull = false;
        foreach (var (tenantId, lane) in await due.TenantsAsync(connection, now, cancellationToken))
        {
            // An email whose lease ran out counts in the window already.
            var room =
                lane == EmailLane.InFlight
                    ? int.MaxValue
                    : fairness.Value.WokenWindow - await window.CountAsync(tenantId, cancellationToken);
            // Not worth a claim yet: few big ones, see DueEmails.MaxClaim.
            if (room < Math.Max(1, fairness.Value.WokenWindow / 4))
                _isFull = true;
            else
                woken += await WakeAsync(
                    await due.ClaimAsync(connection, tenantId, lane, now, room, cancellationToken),
                    now,
                    cancellationToken
                );
        }
        return woken;
    }

    private async Task<int> WakeAsync(IReadOnlyList<DueEmail> emails, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var late = emails.Where(e => e.DeadlineAt <= now).ToList();
        var inTime = emails.Where(e => e.DeadlineAt > now).ToList();
        // Without its bytes an email starts again at the renderer, whatever its state.
        await hints.QueuedAsync([
            .. inTime.Where(e => e.MailKey is null).Select(e => new QueuedEmail(e.EmailId, e.MessageId, e.TenantId, e.Version)),
        ]);
        // The renderer asks for itself; what goes straight to the SMTP stage is asked here.
        var retries = await suppressed.DropAsync([.. inTime.Where(e => e.MailKey is not null)], cancellationToken);
        // Not waited for: in one process it may take until receivers have taken as much, and the other tenants' mail is due, too.
        _ = hints.ProcessedAsync(
            [.. retries.Select(e => new ProcessedEmail(e.EmailId, e.MessageId, e.TenantId, e.Version, null, e.MailKey))],
            cancellationToken
        );
        await Task.WhenAll(late.Select(e => mediator.TellAsync(new DeadlinePassed(e.EmailId, e.Version), cancellationToken)));
        return emails.Count;
    }
}
