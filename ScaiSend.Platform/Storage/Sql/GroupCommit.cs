using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>
/// Shares commits: whatever waits while one transaction commits, goes into the next one. No timer waits for more.
/// GUARANTEE: when <see cref="RunAsync"/> returns, the item's group is committed; when it throws, it is not known to be.
/// </summary>
/// <param name="key">Two items with one key never share a group: the second must see the first one's result.</param>
/// <param name="writesEvents">Each writer claims a lane to number them in.</param>
/// <param name="commit">Does a group's work with the writer, from begin to commit; may run again (with a higher number of tries) after a deadlock or a lost connection.</param>
public sealed class GroupCommit<T>(
    MailDatabase database,
    ILogger log,
    CommitTimes times,
    Func<T, Guid> key,
    bool writesEvents,
    Func<Writer, IReadOnlyList<T>, int, CancellationToken, Task> commit
) : IAsyncDisposable
{
    /// <summary>How often one group is tried before its members are told of the trouble.</summary>
    public const int MaxTries = 6;

    private readonly Channel<Item> _waiting = Channel.CreateUnbounded<Item>();
    private readonly CancellationTokenSource _stopped = new();
    private Task[] _writers = [];
    private bool _isDisposed;

    /// <summary>Starts the writers.</summary>
    public void Start() =>
        _writers = [.. Enumerable.Range(0, database.Dialect.Writers).Select(_ => Task.Run(() => WriteAsync(_stopped.Token)))];

    /// <summary>Finishes what waits, then ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_writers).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopped.CancelAsync();
    }

    /// <summary>May be called twice: the container knows our owner as a service and as a hosted service.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _stopped.CancelAsync();
        await StopAsync(CancellationToken.None);
        _stopped.Dispose();
    }

    /// <summary>Waits until the item is committed. An item cancelled before its turn is left out.</summary>
    public Task RunAsync(T value, CancellationToken cancellationToken)
    {
        var item = new Item(value, cancellationToken);
        return _waiting.Writer.TryWrite(item) ? item.Done.Task : throw new OperationCanceledException("The process is stopping");
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var session = new Session(database, writesEvents);
        var putAside = new Queue<Item>();
        while (putAside.Count > 0 || await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            var group = TakeGroup(putAside);
            if (group.Count > 0)
                await CommitAsync(session, group, cancellationToken);
        }
    }

    private List<Item> TakeGroup(Queue<Item> putAside)
    {
        var group = new List<Item>();
        var keys = new HashSet<Guid>();
        for (var n = putAside.Count; n > 0; n--)
            Take(putAside.Dequeue());
        while (group.Count < database.Options.MaxBatch && _waiting.Reader.TryRead(out var item))
            Take(item);
        return group;

        void Take(Item item)
        {
            if (item.CancellationToken.IsCancellationRequested)
                item.Done.TrySetCanceled(item.CancellationToken);
            else if (keys.Add(key(item.Value)))
                group.Add(item);
            else
                putAside.Enqueue(item);
        }
    }

    private async Task CommitAsync(Session session, List<Item> group, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
                var begun = TimeProvider.System.GetTimestamp();
                await commit(await session.ConnectAsync(cancellationToken), [.. group.Select(i => i.Value)], tries, cancellationToken);
                times.Committed(group.Count, begun);
                foreach (var item in group)
                    item.Done.TrySetResult();
                return;
            }
            catch (Exception e)
            {
                await session.ResetAsync();
                var isTransient = database.Dialect.IsTransient(e);
                if (isTransient && tries < MaxTries && !cancellationToken.IsCancellationRequested)
                {
                    times.TriedAgain();
                    log.LogWarning("A group of {Count} is committed again (try {Tries}): {Reason}", group.Count, tries, e.Message);
                    // By the machine's clock, not the product's: a test that stops the latter must not stop this.
                    await Task.Delay(Pause(tries), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                else if (isTransient || group.Count == 1 || cancellationToken.IsCancellationRequested)
                {
                    foreach (var item in group)
                        item.Done.TrySetException(e);
                    return;
                }
                else
                {
                    // One item is the cause: the others must not suffer for it.
                    foreach (var item in group)
                        await CommitAsync(session, [item], cancellationToken);
                    return;
                }
            }
        }
    }

    // 10 ms, 30 ms … 2.4 s; the spread keeps two writers that met from meeting again.
    private static TimeSpan Pause(int tries) => TimeSpan.FromMilliseconds(Random.Shared.Next(8, 12) * Math.Pow(3, tries - 1));

    private sealed class Item(T value, CancellationToken cancellationToken)
    {
        public T Value => value;
        public CancellationToken CancellationToken => cancellationToken;
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One writer's connection, opened when needed and thrown away after trouble (closing it rolls back).</summary>
    private sealed class Session(MailDatabase database, bool writesEvents) : IAsyncDisposable
    {
        private DbConnection? _connection;
        private int _lane;

        public async ValueTask<Writer> ConnectAsync(CancellationToken cancellationToken)
        {
            _connection ??= await database.OpenAsync(cancellationToken);
            if (writesEvents && _lane == 0)
                _lane = await EventRows.ClaimLaneAsync(
                    _connection,
                    TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                    cancellationToken
                );
            return new Writer(_connection, _lane);
        }

        public async Task ResetAsync()
        {
            if (_connection is { } connection)
            {
                _connection = null;
                await connection.DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync() => await ResetAsync();
    }
}
