namespace ScaiSend.Platform.Bus;

/// <summary>
/// A stage's places for work. While all are taken, those that become free go to the waiting tenants in turn, so that no tenant's mail waits
/// behind all of another's.
/// </summary>
public sealed class FairPlaces(int count)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Queue<TaskCompletionSource>> _lines = [];
    private readonly Queue<Guid> _turns = new();
    private int _free = count;

    /// <summary>Takes a place; waits until the tenant's turn comes.</summary>
    public Task TakeAsync(Guid tenantId, CancellationToken cancellationToken) => TakeAsync([tenantId], cancellationToken);

    /// <summary>Takes one place for work of several tenants; waits until the turn of any of them comes.</summary>
    public async Task TakeAsync(IReadOnlyCollection<Guid> tenantIds, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            // Nobody waits while a place is free.
            if (_free > 0)
            {
                _free--;
                return;
            }
            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var tenantId in tenantIds)
                LineOf(tenantId).Enqueue(turn);
        }
        await using var stopped = cancellationToken.UnsafeRegister(_ => turn.TrySetCanceled(cancellationToken), null);
        await turn.Task;
    }

    /// <summary>Gives a place back.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var tenantId))
            {
                var line = _lines[tenantId];
                var isGiven = false;
                // Who has gone away, or had its turn in another tenant's line, is passed over.
                while (!isGiven && line.TryDequeue(out var next))
                    isGiven = next.TrySetResult();
                if (line.Count > 0)
                    _turns.Enqueue(tenantId);
                else
                    _lines.Remove(tenantId);
                if (isGiven)
                    return;
            }
            _free++;
        }
    }

    private Queue<TaskCompletionSource> LineOf(Guid tenantId)
    {
        if (_lines.TryGetValue(tenantId, out var line))
            return line;
        _turns.Enqueue(tenantId);
        return _lines[tenantId] = new Queue<TaskCompletionSource>();
    }
}
