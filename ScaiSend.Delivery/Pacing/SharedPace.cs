using Microsoft.Extensions.Logging;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using StackExchange.Redis;

namespace ScaiSend.Delivery.Pacing;

/// <summary>Where a node stands among those that send to a destination.</summary>
/// <param name="Nodes">How many there are.</param>
/// <param name="Rank">From 0.</param>
/// <param name="SlowedAt">When one of them was last asked to slow down, by the clock of Redis.</param>
internal sealed record SharedStanding(int Nodes, int Rank, long SlowedAt);

/// <summary>What the nodes tell each other about destinations, in Redis. While it is away or wiped each keeps to what it knows; no mail waits for it.</summary>
public sealed class SharedPace(SharedRedis redis, TimeProvider time, ILogger<SharedPace> log)
{
    /// <summary>Longest wait for an answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>A node that has not been heard of for so long does not count.</summary>
    public static readonly TimeSpan ForgetNodeAfter = TimeSpan.FromSeconds(10);

    // One step each, by the clock of Redis, so that the nodes' clocks need not agree. No key is left without an end.
    private const string Meet = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        if ARGV[3] == '1' then redis.call('SET', KEYS[2], now, 'PX', 600000) end
        local nodes = redis.call('ZRANGE', KEYS[1], 0, -1)
        local rank = 0
        for _, node in ipairs(nodes) do if node < ARGV[1] then rank = rank + 1 end end
        return {#nodes, rank, tonumber(redis.call('GET', KEYS[2]) or '0')}
        """;

    private const string Count = """
        local total = redis.call('INCRBY', KEYS[1], ARGV[1])
        if total == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], 120000) end
        return total
        """;

    private readonly string _node = Ids.New(time).ToString("N");
    private long _askAgainTicks;
    private int _isDown;

    /// <summary>Whether there is a Redis that answers, or that is to be asked again.</summary>
    internal bool Answers =>
        redis.IsSet && (Volatile.Read(ref _isDown) == 0 || time.GetUtcNow().UtcTicks >= Interlocked.Read(ref _askAgainTicks));

    /// <summary>Says that this node sends to the destination, and hears who else does; null when Redis does not answer.</summary>
    internal Task<SharedStanding?> MeetAsync(string destination, bool hasSlowed) =>
        AskAsync(async database =>
        {
            var key = $"scaisend:pace:{{{destination}}}";
            var answer = (RedisResult[])
                (
                    await database.ScriptEvaluateAsync(
                        Meet,
                        [key + ":nodes", key + ":slowed"],
                        [_node, (long)ForgetNodeAfter.TotalMilliseconds, hasSlowed ? 1 : 0]
                    )
                )!;
            return new SharedStanding((int)answer[0], (int)answer[1], (long)answer[2]);
        });

    /// <summary>Adds to a count and answers the new total; null when Redis does not answer.</summary>
    internal async Task<long?> CountAsync(string name, int permits) =>
        (await AskAsync(async database => new Total((long)await database.ScriptEvaluateAsync(Count, [name], [permits]))))?.Value;

    private async Task<T?> AskAsync<T>(Func<IDatabase, Task<T>> ask)
        where T : class
    {
        if (!Answers)
            return null;
        try
        {
            var answer = await AskNowAsync(ask).WaitAsync(AnswerLimit);
            if (Interlocked.Exchange(ref _isDown, 0) == 1)
                log.LogWarning("Redis answers again; the pace of delivery is shared");
            return answer;
        }
        // Whatever it is, it is no reason to hold mail up.
        catch (Exception e)
        {
            Interlocked.Exchange(ref _askAgainTicks, (time.GetUtcNow() + AskAgainAfter).UtcTicks);
            if (Interlocked.Exchange(ref _isDown, 1) == 0)
                log.LogWarning("Redis does not answer; each node keeps its share of the pace of delivery alone: {Reason}", e.Message);
            return null;
        }
    }

    private async Task<T> AskNowAsync<T>(Func<IDatabase, Task<T>> ask) => await ask((await redis.ConnectAsync()).GetDatabase());

    private sealed record Total(long Value);
}
