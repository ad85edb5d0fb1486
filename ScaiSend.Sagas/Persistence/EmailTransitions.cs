using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Telemetry;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Sagas.Persistence;

/// <summary>
/// Runs saga transitions, many in one commit. Rows are locked from load to commit, so each behaviour sees its row as it is.
/// GUARANTEE: when <see cref="RunAsync"/> returns, the transition, its events and its attempts are committed.
/// </summary>
public sealed class EmailTransitions : IHostedService, IAsyncDisposable
{
    private readonly MailDatabase _database;
    private readonly KnownSubscriptions _subscriptions;
    private readonly GroupCommit<Item> _commits;

    public EmailTransitions(MailDatabase database, CommitMeter commits, ILogger<EmailTransitions> log)
    {
        _database = database;
        _subscriptions = new KnownSubscriptions(database);
        _commits = new GroupCommit<Item>(database, log, commits.Of("transition"), item => item.EmailId, writesEvents: true, CommitAsync);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _commits.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _commits.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _commits.DisposeAsync();

    /// <summary>
    /// Loads the email's saga, lets <paramref name="behave"/> change it, and commits. The behaviour gets null when there is no such email;
    /// it must do no I/O (a whole group waits for it) and may run again after a deadlock or a lost connection.
    /// </summary>
    /// <returns>The saga as committed, or null when there is none.</returns>
    public async Task<EmailState?> RunAsync(Guid emailId, Func<EmailState?, Task> behave, CancellationToken cancellationToken)
    {
        var item = new Item(emailId, behave);
        await _commits.RunAsync(item, cancellationToken);
        return item.Result();
    }

    private async Task CommitAsync(Writer writer, IReadOnlyList<Item> group, int tries, CancellationToken cancellationToken)
    {
        var (sagas, revision) = await EmailRows.LoadForUpdateAsync(
            _database.Dialect,
            writer.Connection,
            group.Select(i => i.EmailId),
            cancellationToken
        );
        var wanted = await _subscriptions.AtAsync(revision, cancellationToken);
        var changed = new List<EmailState>(group.Count);
        foreach (var item in group)
        {
            if (await item.BehaveAsync(sagas.GetValueOrDefault(item.EmailId)) is { } saga)
                changed.Add(saga);
        }
        await EmailRows.SaveAndCommitAsync(_database.Dialect, writer, changed, wanted, cancellationToken);
    }

    private sealed class Item(Guid emailId, Func<EmailState?, Task> behave)
    {
        private EmailState? _saga;
        private Exception? _refusal;

        public Guid EmailId => emailId;

        /// <summary>Lets the behaviour change the saga; one that throws takes only its own row out of the group.</summary>
        public async Task<EmailState?> BehaveAsync(EmailState? saga)
        {
            (_saga, _refusal) = (saga, null);
            try
            {
                await behave(saga);
            }
            catch (Exception e)
            {
                _refusal = e;
            }
            return _refusal is null && saga is { IsChanged: true } ? saga : null;
        }

        public EmailState? Result() =>
            _refusal is null ? _saga : throw new InvalidOperationException("The saga refused the fact", _refusal);
    }
}
