using System.Diagnostics.Metrics;

namespace ScaiSend.Api.RateLimits;

/// <summary>What rate limiting tells the meter <c>ScaiSend</c>.</summary>
public sealed class RateLimitMeter
{
    private readonly Counter<long> _refused;
    private volatile bool _isRedisDown;

    public RateLimitMeter(IMeterFactory meters)
    {
        var meter = meters.Create("ScaiSend");
        _refused = meter.CreateCounter<long>("scaisend.rate_limits.refused", "{request}", "Requests over their limit");
        foreach (var limit in Enum.GetValues<Limit>())
            _refused.Add(0, new KeyValuePair<string, object?>("limit", limit.ToString()));
        meter.CreateObservableGauge(
            "scaisend.rate_limits.redis_down",
            () => _isRedisDown ? 1 : 0,
            description: "1 while this process keeps rate limits alone because Redis does not count"
        );
    }

    public void Refused(Limit limit) => _refused.Add(1, new KeyValuePair<string, object?>("limit", limit.ToString()));

    public void RedisIsDown(bool isDown) => _isRedisDown = isDown;
}
