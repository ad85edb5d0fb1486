using System.Data.Common;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Sagas.Persistence;

/// <summary>
/// Runs saga transitions in groups: whatever waits while one transaction commits, shares the next one. No timer waits for more.
/// GUARANTEE: when <see cref="RunAsync"/> returns, the transition, its events and its attempts are committed; when it throws, none of them is known to be.
/// Rows are locked from load to commit, so each behaviour sees the row as it is.
/// </summary>
public sealed class EmailTransitions(MailDatabase database, TimeProvider time, Random random, ILogger<EmailTransitions> log) : IHostedService, IAsyncDisposable
{
    /// <summary>How often one group is tried before its members are told of the trouble.</summary>
    public const int MaxTries = 6;

    private readonly Channel<Item> _waiting = Channel.CreateUnbounded<Item>();
    private readonly CancellationTokenSource _stopped = new();
    private Task[] _writers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writers = [.. Enumerable.Range(0, database.Dialect.Writers).Select(_ => Task.Run(() => WriteAsync(_stopped.Token), CancellationToken.None))];
        return Task.CompletedTask;
    }

    /// <summary>Finishes what waits, then ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_writers).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopped.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopped.Dispose();
    }

    /// <summary>
    /// Loads the email's saga, lets <paramref name="behave"/> change it, and commits. The behaviour gets null when there is no such email;
    /// it must do no I/O (a whole group waits for it) and may run again after a deadlock or a lost connection.
    /// </summary>
    /// <returns>The saga as committed, or null when there is none.</returns>
    public Task<EmailState?> RunAsync(Guid emailId, Func<EmailState?, Task> behave, CancellationToken cancellationToken)
    {
        var item = new Item(emailId, behave, cancellationToken);
        return _waiting.Writer.TryWrite(item) ? item.Done.Task : throw new OperationCanceledException("The process is stopping");
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var session = new Session(database);
        var putAside = new Queue<Item>();
        while (putAside.Count > 0 || await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            var group = TakeGroup(putAside);
            if (group.Count > 0)
                await CommitAsync(session, group, cancellationToken);
        }
    }

    // One item per email in a group: the second transition of a row must see the first one's result.
    private List<Item> TakeGroup(Queue<Item> putAside)
    {
        var group = new List<Item>();
        var ids = new HashSet<Guid>();
        for (var n = putAside.Count; n > 0; n--)
            Take(putAside.Dequeue());
        while (group.Count < database.Options.MaxBatch && _waiting.Reader.TryRead(out var item))
            Take(item);
        return group;

        void Take(Item item)
        {
            if (item.CancellationToken.IsCancellationRequested)
                item.Done.TrySetCanceled(item.CancellationToken);
            else if (ids.Add(item.EmailId))
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
                await session.CommitAsync(group, cancellationToken);
                foreach (var item in group)
                    item.Finish();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await session.ResetAsync();
                if (database.Dialect.IsTransient(e) && tries < MaxTries)
                {
                    log.LogWarning("A group of {Count} transitions is tried again (try {Tries}): {Reason}", group.Count, tries, e.Message);
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 20) * Math.Pow(3, tries - 1)), time, cancellationToken);
                }
                else if (group.Count == 1)
                {
                    group[0].Done.TrySetException(e);
                    return;
                }
                else if (database.Dialect.IsTransient(e))
                {
                    foreach (var item in group)
                        item.Done.TrySetException(e);
                    return;
                }
                else
                {
                    // One row is the cause: the others must not suffer for it.
                    foreach (var item in group)
                        await CommitAsync(session, [item], cancellationToken);
                    return;
                }
            }
        }
    }

    /// <summary>One waiting transition.</summary>
    internal sealed class Item(Guid emailId, Func<EmailState?, Task> behave, CancellationToken cancellationToken)
    {
        private EmailState? _saga;
        private Exception? _refusal;

        public Guid EmailId => emailId;
        public CancellationToken CancellationToken => cancellationToken;
        public TaskCompletionSource<EmailState?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets the behaviour change the saga; one that throws takes only its own row out of the group.</summary>
        public async Task<EmailState?> BehaveAsync(EmailState? saga)
        {
            _saga = saga;
            _refusal = null;
            try
            {
                await behave(saga);
            }
            catch (Exception e)
            {
                _refusal = e;
                return null;
            }
            return saga is { IsChanged: true } ? saga : null;
        }

        public void Finish()
        {
            if (_refusal is not null)
                Done.TrySetException(_refusal);
            else
                Done.TrySetResult(_saga);
        }
    }

    /// <summary>One writer's connection, opened when needed and thrown away after trouble.</summary>
    private sealed class Session(MailDatabase database) : IAsyncDisposable
    {
        private DbConnection? _connection;

        public async Task CommitAsync(List<Item> group, CancellationToken cancellationToken)
        {
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            _connection ??= await database.OpenAsync(cancellationToken);
            var sagas = await EmailRows.LoadForUpdateAsync(database.Dialect, _connection, group.Select(i => i.EmailId), cancellationToken);
            var changed = new List<EmailState>(group.Count);
            foreach (var item in group)
            {
                if (await item.BehaveAsync(sagas.GetValueOrDefault(item.EmailId)) is { } saga)
                    changed.Add(saga);
            }
            await EmailRows.SaveAndCommitAsync(database.Dialect, _connection, changed, cancellationToken);
        }

        // Closing the connection rolls back whatever was open.
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
