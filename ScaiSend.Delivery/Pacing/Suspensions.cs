using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Delivery.Pacing;

/// <summary>Knows which destinations are suspended: all nodes' suspensions from the table, read every other second, and one's own from the moment on.</summary>
public sealed class Suspensions(SuspensionTable table, TimeProvider time, ILogger<Suspensions> log) : BackgroundService
{
    public static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long a starting process waits for the first reading.</summary>
    public static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<Suspension> _known = [];

    // Not yet written, or written since the last reading began.
    private readonly ConcurrentDictionary<Destination, Suspension> _own = new();

    /// <summary>The suspension that keeps mail to the destination back now; null when there is none.</summary>
    public Suspension? Find(Destination destination)
    {
        if (_known.Count == 0 && _own.IsEmpty)
            return null;
        var now = time.GetUtcNow();
        if (_own.TryGetValue(destination, out var own) && own.IsActiveAt(now))
            return own;
        return _known.FirstOrDefault(s => s.Covers(destination.Provider, destination.Source) && s.IsActiveAt(now));
    }

    /// <summary>Suspends the destination here at once and on all nodes as soon as it is written. What is suspended already stays as it is.</summary>
    public async Task BeginAsync(Destination destination, TimeSpan lasts, string cause, string? rule)
    {
        var now = time.GetUtcNow();
        var own = new Suspension
        {
            Provider = destination.Provider,
            Source = destination.Source,
            Cause = cause,
            Rule = rule,
            StartedAt = now,
            EndsAt = now + lasts,
        };
        if (Find(destination) is not null || !TryAddOwn(destination, own, now))
            return;
        log.LogWarning(
            "Mail to {Provider} from {Source} is suspended for {Time}, by {Rule}",
            destination.Provider,
            destination.Source ?? "any address",
            lasts,
            rule ?? "failed connections"
        );
        try
        {
            await table.AddAsync(destination.Provider, destination.Source, lasts, cause, rule, CancellationToken.None);
            await ReadAsync(CancellationToken.None);
            _own.TryRemove(destination, out _);
        }
        // Then this node alone keeps to it.
        catch (Exception e)
        {
            log.LogWarning("A suspension could not be written, so other nodes do not know of it: {Reason}", e.Message);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FirstLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await TryReadAsync(either.Token);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReadEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryReadAsync(stoppingToken);
    }

    private bool TryAddOwn(Destination destination, Suspension own, DateTimeOffset now)
    {
        if (_own.TryGetValue(destination, out var before) && !before.IsActiveAt(now))
            _own.TryRemove(KeyValuePair.Create(destination, before));
        return _own.TryAdd(destination, own);
    }

    private async Task TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (Exception e)
        {
            if (!cancellationToken.IsCancellationRequested)
                log.LogWarning("The suspensions could not be read, what was known counts: {Reason}", e.Message);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken) =>
        _known = await table.ListAsync(activeOnly: true, cancellationToken);
}
