namespace ScaiSend.Processing.Webhooks;

/// <summary>
/// Decides whose turn it is: tenants in turn, each tenant's endpoints in turn. Endpoints that fail or are slow have places of their own, so that they keep none from the others.
/// Not safe for several threads: one loop asks it.
/// </summary>
/// <param name="places">Turns at once; as many again for endpoints in trouble.</param>
public sealed class Turns(int places)
{
    // One tenant's many endpoints must not fill the places by being slow for the first time.
    private readonly int _perTenant = Math.Max(1, places / 4);
    private readonly Dictionary<Guid, (Guid TenantId, bool IsTroubled)> _running = [];
    private readonly Dictionary<Guid, long> _lastTurn = [];
    private readonly Dictionary<Guid, Trouble> _troubles = [];
    private long _turns;

    /// <summary>Most endpoints and tenants that are remembered.</summary>
    public const int MostKnown = 20_000;

    /// <summary>Endpoints that have a turn.</summary>
    public IReadOnlyCollection<Guid> Running => _running.Keys;

    /// <summary>Whether an endpoint had to wait for a place when turns were given last.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Gives turns to some of those that are due.</summary>
    /// <param name="now">By a clock that never stands.</param>
    public IReadOnlyList<DueEndpoint> Give(IEnumerable<DueEndpoint> due, TimeSpan now)
    {
        var waiting = due.Where(e => !_running.ContainsKey(e.Id) && !IsPaused(e.Id, now)).ToList();
        var given = new List<DueEndpoint>();
        Give(waiting.Where(e => !IsTroubled(e)), isTroubled: false, given);
        Give(waiting.Where(IsTroubled), isTroubled: true, given);
        IsFull = given.Count < waiting.Count;
        return given;
    }

    /// <summary>Ends a turn that was given.</summary>
    /// <param name="pausedUntil">When it may have the next; null: at once.</param>
    /// <param name="isTroubled">It failed or was slow.</param>
    public void End(Guid endpointId, bool isTroubled, TimeSpan? pausedUntil)
    {
        _running.Remove(endpointId);
        if (isTroubled || pausedUntil is not null)
            _troubles[endpointId] = new Trouble(isTroubled, pausedUntil ?? TimeSpan.Zero);
        else
            _troubles.Remove(endpointId);
        if (_lastTurn.Count > MostKnown)
            _lastTurn.Clear();
        if (_troubles.Count > MostKnown)
            _troubles.Clear();
    }

    private void Give(IEnumerable<DueEndpoint> waiting, bool isTroubled, List<DueEndpoint> given)
    {
        var counts = _running.Values.Where(r => r.IsTroubled == isTroubled).CountBy(r => r.TenantId).ToDictionary();
        var free = places - counts.Values.Sum();
        var queues = waiting
            .GroupBy(e => e.TenantId)
            .ToDictionary(g => g.Key, g => new Queue<DueEndpoint>(g.OrderBy(e => _lastTurn.GetValueOrDefault(e.Id)).ThenBy(e => e.DueAt)));
        while (free > 0 && NextTenant(queues, counts) is { } tenant)
        {
            var endpoint = queues[tenant].Dequeue();
            counts[tenant] = counts.GetValueOrDefault(tenant) + 1;
            _running[endpoint.Id] = (tenant, isTroubled);
            _lastTurn[endpoint.Id] = _lastTurn[tenant] = ++_turns;
            given.Add(endpoint);
            free--;
        }
    }

    // Who has the fewest turns now; among those, whose last turn is longest ago.
    private Guid? NextTenant(Dictionary<Guid, Queue<DueEndpoint>> queues, Dictionary<Guid, int> counts)
    {
        Guid? next = null;
        (int, long) least = default;
        foreach (var (tenant, queue) in queues)
        {
            var standing = (counts.GetValueOrDefault(tenant), _lastTurn.GetValueOrDefault(tenant));
            if (queue.Count > 0 && standing.Item1 < _perTenant && (next is null || standing.CompareTo(least) < 0))
                (next, least) = (tenant, standing);
        }
        return next;
    }

    private bool IsPaused(Guid id, TimeSpan now) => _troubles.TryGetValue(id, out var trouble) && trouble.PausedUntil > now;

    private bool IsTroubled(DueEndpoint endpoint) =>
        endpoint.IsFailing || (_troubles.TryGetValue(endpoint.Id, out var trouble) && trouble.IsTroubled);

    private sealed record Trouble(bool IsTroubled, TimeSpan PausedUntil);
}
