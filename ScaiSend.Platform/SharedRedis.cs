using StackExchange.Redis;

namespace ScaiSend.Platform;

/// <summary>The process's one connection to Redis. Caches and counters must never stop the service: while Redis is away every command fails at once.</summary>
/// <param name="url"><c>host:port</c> or <c>redis://host:port</c>; empty when there is no Redis.</param>
public sealed class SharedRedis(string url) : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<IConnectionMultiplexer>? _connection;

    /// <summary>Whether this installation has a Redis.</summary>
    public bool IsSet => url.Length > 0;

    /// <summary>The connection, which may be down and comes back by itself.</summary>
    public Task<IConnectionMultiplexer> ConnectAsync()
    {
        lock (_lock)
            return _connection is null or { IsFaulted: true } ? _connection = OpenAsync() : _connection;
    }

    /// <summary>Whether it answers within the limit.</summary>
    public async Task<bool> AnswersAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await PingAsync().WaitAsync(limit, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsCompletedSuccessfully: true } connection)
            await (await connection).DisposeAsync();
    }

    private async Task PingAsync() => await (await ConnectAsync()).GetDatabase().PingAsync();

    private async Task<IConnectionMultiplexer> OpenAsync()
    {
        var configuration = ConfigurationOptions.Parse(url.Replace("redis://", "", StringComparison.Ordinal).Split('/')[0]);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = (int)ConnectLimit.TotalMilliseconds;
        configuration.ReconnectRetryPolicy = new LinearRetry((int)ConnectAgainAfter.TotalMilliseconds);
        return await ConnectionMultiplexer.ConnectAsync(configuration);
    }
}
