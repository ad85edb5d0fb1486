namespace ScaiSend.Delivery.Sending;

/// <summary>The connections to one destination: how many there may be, and which are open and unused.</summary>
internal sealed class DestinationPool(Destination destination, int size) : IDisposable
{
    private readonly SemaphoreSlim _free = new(size, size);
    private readonly Stack<SmtpConnection> _idle = new();

    public Destination Destination => destination;

    /// <summary>Who holds or waits for a slot; kept by <see cref="SmtpSender"/>, under its lock.</summary>
    public int Users { get; set; }

    public bool IsEmpty
    {
        get
        {
            lock (_idle)
                return _idle.Count == 0;
        }
    }

    public async Task<bool> EnterAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_free.Wait(0, CancellationToken.None))
            return true;
        using var limit = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _free.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Leave() => _free.Release();

    public SmtpConnection? TakeIdle()
    {
        lock (_idle)
            return _idle.TryPop(out var connection) ? connection : null;
    }

    public void PutIdle(SmtpConnection connection)
    {
        lock (_idle)
            _idle.Push(connection);
    }

    /// <summary>Takes out the connections that nobody has used for so long.</summary>
    public IReadOnlyList<SmtpConnection> TakeIdleFor(TimeSpan limit)
    {
        lock (_idle)
        {
            var all = _idle.Reverse().ToLookup(c => c.IdleTime >= limit);
            _idle.Clear();
            foreach (var kept in all[false])
                _idle.Push(kept);
            return [.. all[true]];
        }
    }

    public void Dispose() => _free.Dispose();
}
