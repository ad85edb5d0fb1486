namespace ScaiSend.Api.RateLimits;

/// <summary>
/// The current window of one limit for one tenant or credential. Permits come from the count that all processes share, a block at a time,
/// and are used up here; what is left of a block ends with the window.
/// </summary>
/// <param name="name">Of the count that is shared.</param>
internal sealed class CountedWindow(string name, SharedCounts shared, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _index = -1;
    private long _endTicks;

    // Of this window: taken by all processes as far as known, of these not yet used by us, and the block on its way.
    private long _taken;
    private int _inHand;
    private Task? _taking;

    /// <summary>Whether nothing is worth remembering.</summary>
    public bool IsOver => Volatile.Read(ref _endTicks) <= time.GetUtcNow().UtcTicks;

    /// <summary>Uses one permit, or says that there is none.</summary>
    public async ValueTask<Standing> UseAsync(LimitTerms terms)
    {
        while (true)
        {
            Task taking;
            lock (_lock)
            {
                var now = time.GetUtcNow();
                TurnTo(now, terms);
                if (_inHand > 0)
                {
                    _inHand--;
                    return Stand(terms, retryAfter: null);
                }
                if (_taken >= terms.Permits)
                    return Stand(terms, retryAfter: End - now);
                if (_taking is null or { IsCompleted: true })
                    _taking = TakeAsync(_index, terms);
                taking = _taking;
            }
            await taking;
        }
    }

    /// <summary>Takes a permit back that was not used, unless its window is over.</summary>
    public void GiveBack()
    {
        lock (_lock)
            if (!IsOver)
                _inHand++;
    }

    private DateTimeOffset End => new(_endTicks, TimeSpan.Zero);

    private Standing Stand(LimitTerms terms, TimeSpan? retryAfter) =>
        new(terms.Permits, (int)Math.Max(0, terms.Permits - _taken) + _inHand, End, retryAfter);

    private void TurnTo(DateTimeOffset now, LimitTerms terms)
    {
        var index = now.UtcTicks / terms.Window.Ticks;
        if (index == _index)
            return;
        (_index, _taken, _inHand, _taking) = (index, 0, 0, null);
        Volatile.Write(ref _endTicks, (index + 1) * terms.Window.Ticks);
    }

    private async Task TakeAsync(long index, LimitTerms terms)
    {
        var total = await shared.AddAsync(name, index, terms.Block, terms.Window);
        lock (_lock)
        {
            if (_index != index)
                return;
            // Alone, we go on from what was known to be taken.
            var after = total ?? _taken + terms.Block;
            _inHand += (int)Math.Clamp(terms.Permits - (after - terms.Block), 0, terms.Block);
            _taken = after;
        }
    }
}
