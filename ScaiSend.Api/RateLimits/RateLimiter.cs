using System.Collections.Concurrent;
using ScaiSend.Api.Authentication;

namespace ScaiSend.Api.RateLimits;

/// <summary>Counts requests against their limits.</summary>
public sealed class RateLimiter(LimitTable table, SharedCounts shared, RateLimitMeter meter, TimeProvider time)
{
    /// <summary>Most windows remembered; past it those that are over are dropped, and all when that does not help, which forgives what was counted here.</summary>
    private const int MaxWindows = 100_000;

    private readonly ConcurrentDictionary<(Limit Limit, Guid Subject), CountedWindow> _windows = new();

    /// <summary>Counts one request of the caller.</summary>
    public async ValueTask<Standing> UseAsync(Limit limit, Caller caller)
    {
        var terms = table.For(limit, caller.TenantId, caller.Limits);
        return await UseAsync(limit, terms, terms.IsPerTenant ? caller.TenantId : caller.KeyId);
    }

    /// <summary>Counts one request of somebody who has no credential.</summary>
    /// <param name="subject">Whatever is counted by.</param>
    public ValueTask<Standing> UseAsync(Limit limit, Guid subject) => UseAsync(limit, table.For(limit, Guid.Empty), subject);

    /// <summary>Gives the permit of a request back that turned out not to count, as long as its window lasts.</summary>
    public void GiveBack(Limit limit, Guid subject)
    {
        if (_windows.TryGetValue((limit, subject), out var window))
            window.GiveBack();
    }

    private async ValueTask<Standing> UseAsync(Limit limit, LimitTerms terms, Guid subject)
    {
        var key = (limit, subject);
        var standing = await (_windows.TryGetValue(key, out var window) ? window : Add(key)).UseAsync(terms);
        if (standing.RetryAfter is not null)
            meter.Refused(limit);
        return standing;
    }

    private CountedWindow Add((Limit Limit, Guid Subject) key)
    {
        if (_windows.Count >= MaxWindows)
        {
            foreach (var (old, window) in _windows)
                if (window.IsOver)
                    _windows.TryRemove(old, out _);
            if (_windows.Count >= MaxWindows)
                _windows.Clear();
        }
        return _windows.GetOrAdd(key, k => new CountedWindow($"scaisend:limit:{k.Limit}:{k.Subject:N}", shared, time));
    }
}
