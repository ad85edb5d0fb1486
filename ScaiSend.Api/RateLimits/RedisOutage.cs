using Microsoft.Extensions.Logging;

namespace ScaiSend.Api.RateLimits;

/// <summary>Whether Redis counts for us. While it does not, one request asks it again from time to time; the others do not wait for it.</summary>
public sealed class RedisOutage(RateLimitMeter meter, TimeProvider time, ILogger<RedisOutage> log)
{
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private long _askAgainTicks;
    private int _isDown;

    /// <summary>Whether to ask Redis now.</summary>
    public bool MayAsk()
    {
        if (Volatile.Read(ref _isDown) == 0)
            return true;
        var (now, then) = (time.GetUtcNow(), Interlocked.Read(ref _askAgainTicks));
        return now.UtcTicks >= then && Interlocked.CompareExchange(ref _askAgainTicks, (now + AskAgainAfter).UtcTicks, then) == then;
    }

    public void Began(Exception reason)
    {
        Interlocked.Exchange(ref _askAgainTicks, (time.GetUtcNow() + AskAgainAfter).UtcTicks);
        if (Interlocked.Exchange(ref _isDown, 1) == 1)
            return;
        meter.RedisIsDown(true);
        log.LogWarning("Redis does not count; each process keeps rate limits alone until it does: {Reason}", reason.Message);
    }

    public void Ended()
    {
        if (Volatile.Read(ref _isDown) == 0 || Interlocked.Exchange(ref _isDown, 0) == 0)
            return;
        meter.RedisIsDown(false);
        log.LogWarning("Redis counts again; rate limits are shared");
    }
}
