using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ScaiSend.Platform;
using StackExchange.Redis;

namespace ScaiSend.Api.RateLimits;

/// <summary>The counts that all processes share, in Redis. Without it, or while it is away, each process counts alone: nobody is refused for Redis' sake.</summary>
public sealed class SharedCounts(SharedRedis redis, RedisOutage outage, IOptions<RateLimitOptions> options) : IHostedService
{
    /// <summary>How long a count outlives its window: as far as the processes' clocks may be apart.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>How long a starting process waits for Redis.</summary>
    public static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(3);

    // One step, so that no count can be left without an end.
    private const string Add = """
        local total = redis.call('INCRBY', KEYS[1], ARGV[1])
        if total == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return total
        """;

    // The first answer takes long (connecting, compiling) and must not look like an outage, so it is asked for before any request.
    public Task StartAsync(CancellationToken cancellationToken) =>
        redis.IsSet ? AddAsync("scaisend:limit:first", 0, 1, TimeSpan.Zero, FirstLimit) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Adds to a window's count and answers the new total; null when this process has to count alone.</summary>
    public Task<long?> AddAsync(string name, long index, int permits, TimeSpan window) =>
        AddAsync(name, index, permits, window, options.Value.RedisTimeout);

    private async Task<long?> AddAsync(string name, long index, int permits, TimeSpan window, TimeSpan limit)
    {
        if (!redis.IsSet || !outage.MayAsk())
            return null;
        try
        {
            var total = await AskAsync($"{name}:{index}", permits, window + Slack).WaitAsync(limit);
            outage.Ended();
            return total;
        }
        // Whatever it is, it is no reason to refuse a request.
        catch (Exception e)
        {
            outage.Began(e);
            return null;
        }
    }

    private async Task<long> AskAsync(string key, int permits, TimeSpan keepFor)
    {
        var connection = await redis.ConnectAsync();
        return (long)await connection.GetDatabase().ScriptEvaluateAsync(Add, [key], [permits, (long)keepFor.TotalMilliseconds]);
    }
}
