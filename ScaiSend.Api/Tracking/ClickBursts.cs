using ScaiSend.Contracts.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>One click, and whether others of its mail came so close that no person made them.</summary>
public sealed class NotedClick(TrackedLink link, DateTimeOffset at)
{
    private volatile bool _isOfBurst;

    /// <summary>Becomes true with the next link, so the last moment before it is recorded is the best to ask.</summary>
    public bool IsOfBurst => _isOfBurst;

    internal TrackedLink Link => link;
    internal DateTimeOffset At => at;

    internal void JoinBurst() => _isOfBurst = true;
}

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

    private readonly NotedClick?[] _last = new NotedClick?[1 << PlaceBits];
    private readonly Lock _lock = new();

    /// <summary>Notes a click. When another link of the same mail was followed just before, both are of a burst.</summary>
    public NotedClick Note(TrackedLink link, DateTimeOffset at)
    {
        var click = new NotedClick(link, at);
        // Fibonacci hashing: all bits of the id have a part in the upper ones.
        var place = unchecked((uint)link.EmailId.GetHashCode() * 2_654_435_769u) >> (32 - PlaceBits);
        lock (_lock)
        {
            var before = _last[place];
            _last[place] = click;
            if (before is null || before.Link.EmailId != link.EmailId || before.Link == link || (at - before.At).Duration() >= Span)
                return click;
            before.JoinBurst();
            click.JoinBurst();
        }
        return click;
    }
}
