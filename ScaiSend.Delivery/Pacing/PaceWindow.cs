namespace ScaiSend.Delivery.Pacing;

/// <summary>
/// Counts the mails of a minute, in slots of five seconds so that a minute's worth does not go in its first second. Where Redis counts for all nodes,
/// permits come from there a block at a time; without it this node keeps to its share.
/// </summary>
/// <param name="name">Of the count that is shared.</param>
internal sealed class PaceWindow(string name, SharedPace shared)
{
    private const int SlotsPerMinute = 12;

    // A block is this part of a slot: large enough for few round trips, small enough that no node keeps what another needs.
    private const int BlocksPerSlot = 8;

    private readonly Lock _lock = new();
    private long _slot = -1;
    private int _used;
    private int _inHand;
    private bool _isExhausted;
    private Task? _taking;

    /// <summary>Takes one permit of the minute's, if there is one.</summary>
    /// <param name="isShared">Whether the limit counts for all nodes together.</param>
    /// <param name="nodes">How many nodes share it when Redis does not count.</param>
    public async ValueTask<bool> TryTakeAsync(DateTimeOffset now, int perMinute, bool isShared, int nodes)
    {
        while (true)
        {
            Task taking;
            lock (_lock)
            {
                var slot = TurnTo(now);
                if (!isShared || !shared.Answers)
                    return TryTakeAlone(slot, perMinute, isShared ? nodes : 1);
                if (_inHand > 0)
                {
                    _inHand--;
                    _used++;
                    return true;
                }
                if (_isExhausted)
                    return false;
                if (_taking is null or { IsCompleted: true })
                    _taking = TakeBlockAsync(slot, PermitsIn(slot, perMinute));
                taking = _taking;
            }
            await taking;
        }
    }

    /// <summary>A slot's permits, so that the twelve of a minute make the whole.</summary>
    public static int PermitsIn(long slot, int perMinute)
    {
        var i = slot % SlotsPerMinute;
        return (int)((i + 1) * perMinute / SlotsPerMinute - i * perMinute / SlotsPerMinute);
    }

    private bool TryTakeAlone(long slot, int perMinute, int nodes)
    {
        if (_used >= PermitsIn(slot, Math.Max(1, perMinute / nodes)))
            return false;
        _used++;
        return true;
    }

    private long TurnTo(DateTimeOffset now)
    {
        var slot = now.UtcTicks / (TimeSpan.TicksPerMinute / SlotsPerMinute);
        if (slot != _slot)
            (_slot, _used, _inHand, _isExhausted, _taking) = (slot, 0, 0, false, null);
        return slot;
    }

    private async Task TakeBlockAsync(long slot, int permits)
    {
        var block = Math.Max(1, permits / BlocksPerSlot);
        var total = permits == 0 ? 0 : await shared.CountAsync($"{name}:{slot}", block);
        lock (_lock)
        {
            // Redis away: the next look finds that it does not answer.
            if (_slot != slot || total is not { } taken)
                return;
            _inHand += (int)Math.Clamp(permits - (taken - block), 0, block);
            _isExhausted = permits == 0 || taken >= permits;
        }
    }
}
