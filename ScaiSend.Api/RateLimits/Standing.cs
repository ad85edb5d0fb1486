using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.RateLimits;

/// <summary>How a request stands to its limit.</summary>
/// <param name="Limit">Requests in a window.</param>
/// <param name="Remaining">Permits left in this window, as far as this process knows.</param>
/// <param name="ResetsAt">The window's end.</param>
/// <param name="RetryAfter">For a refused request the time until there are permits again, else null.</param>
public readonly record struct Standing(int Limit, int Remaining, DateTimeOffset ResetsAt, TimeSpan? RetryAfter)
{
    /// <summary>Tells the caller.</summary>
    public void WriteTo(IHeaderDictionary headers)
    {
        headers["X-RateLimit-Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = ResetsAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        if (RetryAfter is { } wait)
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
