using System.Text.Json;
using MassTransit.Mediator;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Sagas.Queue;

/// <summary>
/// Carries out what an operator asked of the queue: tells each email's saga, chunk by chunk. It writes no email itself.
/// GUARANTEE: an entry whose process died goes on from its last saved chunk. That chunk may be told twice, which changes nothing twice; what it changed the
/// first time is then not counted in <see cref="AuditEntry.Changed"/>.
/// </summary>
public sealed class CarryOut(AuditLog log, QueueWalk walk, IMediator mediator, TimeProvider time)
{
    /// <summary>Works until the entry is done, is somebody else's, or we are to stop; then it is left for whoever comes next.</summary>
    /// <param name="progress">Told after each chunk.</param>
    public async Task RunAsync(AuditEntry entry, Action<AuditEntry>? progress, CancellationToken stoppingToken)
    {
        var action = Enum.Parse<QueueAction>(entry.Action, ignoreCase: true);
        var filter = JsonSerializer.Deserialize<QueueFilter>(entry.Target, AuditLog.Json)!;
        QueuePosition.TryRead(entry.Position, out var from);
        await foreach (var step in walk.FromAsync(filter, from, withProvider: false, CancellationToken.None))
        {
            await DoAsync(entry, action, filter, step);
            entry.Position = step.At.ToString();
            // A stop gives the entry away at once; a chunk is always finished first.
            var isStopping = stoppingToken.IsCancellationRequested;
            var isOurs = await log.SaveAsync(
                entry,
                time.GetUtcNow() + (isStopping ? TimeSpan.Zero : AuditLog.Lease),
                CancellationToken.None
            );
            progress?.Invoke(entry);
            if (isStopping || !isOurs)
                return;
        }
        await log.SaveAsync(entry, null, CancellationToken.None);
    }

    private async Task DoAsync(AuditEntry entry, QueueAction action, QueueFilter filter, QueueStep step)
    {
        var now = time.GetUtcNow();
        // What came later is not meant.
        var emails = step.Emails.Where(e => e.CreatedAt <= entry.CreatedAt).ToList();
        var chosen = emails.Where(e => action.Takes(e, filter, now)).ToList();
        var answers = await Task.WhenAll(chosen.Select(e => TellAsync(action, e)));
        entry.Matched += chosen.Count;
        entry.Changed += answers.Count(a => a is { IsAccepted: true });
        entry.BeingSent += emails.Count(e => action.Misses(e));
    }

    private Task<Transition?> TellAsync(QueueAction action, QueueEmail email) =>
        action switch
        {
            QueueAction.Hold => mediator.TellAsync(new HoldRequested(email.EmailId), CancellationToken.None),
            QueueAction.Cancel => mediator.TellAsync(new CancelRequested(email.EmailId), CancellationToken.None),
            // A retry that anybody may ask for lets nothing held go.
            QueueAction.Retry when !email.IsHeld => mediator.TellAsync(new RetryRequested(email.EmailId), CancellationToken.None),
            QueueAction.Release or QueueAction.Retry => mediator.TellAsync(new ReleaseRequested(email.EmailId), CancellationToken.None),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No such action"),
        };
}
