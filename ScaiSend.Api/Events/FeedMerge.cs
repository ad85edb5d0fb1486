namespace ScaiSend.Api.Events;

/// <summary>Where an event stands, and what a filter asks of it.</summary>
public readonly record struct FeedPlace(int Lane, long Position, string Type, DateTimeOffset At);

/// <summary>Puts the lanes together by time; within a lane the order of commits is kept, so that a position says how far a reader has come.</summary>
/// <param name="rows">Of each lane in its order.</param>
/// <param name="heads">How far each lane was read, if it ended before <paramref name="perLane"/> rows.</param>
/// <param name="perLane">The most rows that were asked of a lane; one that has so many may go on.</param>
internal sealed class FeedMerge(IEnumerable<FeedPlace> rows, IReadOnlyDictionary<int, long> heads, int perLane)
{
    private readonly Dictionary<int, FeedPlace[]> _lanes = rows.GroupBy(row => row.Lane)
        .ToDictionary(lane => lane.Key, lane => lane.ToArray());

    /// <summary>How far the page has come in each lane.</summary>
    public Dictionary<int, long> Reached { get; } = [];
    public bool HasMore { get; private set; }

    public List<FeedPlace> Take(FeedQuery query)
    {
        var taken = new List<FeedPlace>();
        var next = new PriorityQueue<(int Lane, int Index), (DateTimeOffset, int)>();
        foreach (var (lane, places) in _lanes)
            next.Enqueue((lane, 0), (places[0].At, lane));
        while (taken.Count < query.Limit && next.TryDequeue(out var first, out _))
        {
            var places = _lanes[first.Lane];
            var place = places[first.Index];
            Reached[place.Lane] = place.Position;
            if (query.Wants(place.Type, place.At))
                taken.Add(place);
            if (first.Index + 1 < places.Length)
                next.Enqueue((first.Lane, first.Index + 1), (places[first.Index + 1].At, first.Lane));
            else if (places.Length >= perLane)
                // What comes after it is not known, and may be older than what the other lanes have.
                HasMore = true;
            if (HasMore)
                break;
        }
        HasMore |= next.Count > 0;
        if (!HasMore)
            foreach (var (lane, head) in heads)
                Reached[lane] = head;
        return taken;
    }
}
