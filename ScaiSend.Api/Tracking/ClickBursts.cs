using ScaiSend.Contracts.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// Knows when several links of one mail are followed within a second, which no person does. Remembers a limited number of clicks in this process: where
/// several processes answer, a burst that they share is seen by each in its part.
/// </summary>
public sealed class ClickBursts
{
    /// <summary>Two clicks that are closer belong together.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    // An email that falls on another's place makes it forgotten: a burst may be overlooked, none is invented.
    private const int PlaceBits = 14;

    private readonly (TrackedLink? Link, DateTimeOffset At)[] _last = new (TrackedLink?, DateTimeOffset)[1 << PlaceBits];
    private readonly Lock _lock = new();

    /// <summary>Whether another link of the same mail was followed just before.</summary>
    public bool Includes(TrackedLink link, DateTimeOffset at)
    {
        // Fibonacci hashing: all bits of the id have a part in the upper ones.
        var place = unchecked((uint)link.EmailId.GetHashCode() * 2_654_435_769u) >> (32 - PlaceBits);
        lock (_lock)
        {
            var (before, then) = _last[place];
            _last[place] = (link, at);
            return before is not null && before.EmailId == link.EmailId && before != link && (at - then).Duration() < Span;
        }
    }
}
