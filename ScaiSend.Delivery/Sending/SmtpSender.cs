using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Sending;

/// <summary>
/// Hands mails over to mail servers, with few and reused connections per destination. Each call is one attempt; it never tries again later.
/// </summary>
public sealed class SmtpSender : IAsyncDisposable
{
    private readonly Dictionary<Destination, DestinationPool> _pools = [];
    private readonly ITimer _sweep;

    public SmtpSender(
        HostAddresses addresses,
        ConnectionNeeds needs,
        CurrentPolicy policy,
        IOptions<DeliveryOptions> options,
        TimeProvider time
    )
    {
        (Addresses, Needs, Policy, Options, Time) = (addresses, needs, policy, options.Value, time);
        var period = Options.IdleLimit > TimeSpan.FromSeconds(1) ? Options.IdleLimit : TimeSpan.FromSeconds(1);
        _sweep = time.CreateTimer(_ => _ = CloseIdleAsync(Options.IdleLimit), null, period, period);
    }

    internal HostAddresses Addresses { get; }

    internal ConnectionNeeds Needs { get; }

    internal CurrentPolicy Policy { get; }

    internal DeliveryOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>A free connection slot to the destination, or null when there is none within <see cref="DeliveryOptions.SlotWait"/>.</summary>
    public async Task<ConnectionSlot?> ReserveAsync(Destination destination, CancellationToken cancellationToken)
    {
        var pool = Use(destination);
        var isFree = false;
        try
        {
            isFree = await pool.EnterAsync(Options.SlotWait, Time, cancellationToken);
        }
        finally
        {
            if (!isFree)
                StopUsing(pool);
        }
        return isFree ? new ConnectionSlot(this, pool) : null;
    }

    /// <summary>Reserves, sends and returns in one step; null when held back.</summary>
    public async Task<SendOutcome?> SendAsync(RenderedMail mail, MxRoute route, CancellationToken cancellationToken)
    {
        if (route is not MxRoute.ToHosts to)
            return NotSent(route, Time.GetUtcNow());
        await using var slot = await ReserveAsync(to.Destination, cancellationToken);
        return slot is null ? null : await slot.SendAsync(mail, to, cancellationToken);
    }

    /// <summary>The outcome of an attempt that ended with the lookup of its route.</summary>
    public SendOutcome NotSent(MxRoute route, DateTimeOffset startedAt) =>
        NotSent(
            route switch
            {
                MxRoute.Refused refused => new Answer.Trouble(TroubleKind.NoRoute, refused.Reason, refused.EnhancedStatusCode),
                MxRoute.Unknown unknown => new Answer.Trouble(TroubleKind.NameNotResolved, unknown.Reason),
                _ => throw new ArgumentException("A route with hosts is to be tried", nameof(route)),
            },
            startedAt
        );

    /// <summary>The outcome of an attempt that ended before any server was asked.</summary>
    public SendOutcome NotSent(Answer.Trouble answer, DateTimeOffset startedAt)
    {
        var report = new AttemptReport(
            startedAt,
            Time.GetUtcNow() - startedAt,
            null,
            null,
            null,
            null,
            answer.EnhancedStatusCode,
            answer.Text
        );
        return new SendOutcome(report, ReplyVerdict.Of(answer));
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await CloseIdleAsync(TimeSpan.Zero);
    }

    internal void Release(DestinationPool pool)
    {
        pool.Leave();
        StopUsing(pool);
    }

    private DestinationPool Use(Destination destination)
    {
        lock (_pools)
        {
            if (!_pools.TryGetValue(destination, out var pool))
                _pools[destination] = pool = new DestinationPool(destination, Options.PoolSizePerDomain);
            pool.Users++;
            return pool;
        }
    }

    private void StopUsing(DestinationPool pool)
    {
        lock (_pools)
        {
            pool.Users--;
            ForgetIfUnused(pool);
        }
    }

    private async Task CloseIdleAsync(TimeSpan limit)
    {
        var expired = new List<SmtpConnection>();
        lock (_pools)
            foreach (var pool in _pools.Values.ToList())
            {
                expired.AddRange(pool.TakeIdleFor(limit));
                ForgetIfUnused(pool);
            }
        await Task.WhenAll(expired.Select(c => c.CloseAsync()));
    }

    // There are millions of domains; only those in use may take memory.
    private void ForgetIfUnused(DestinationPool pool)
    {
        if (pool is { Users: 0, IsEmpty: true } && _pools.Remove(pool.Destination))
            pool.Dispose();
    }
}
