using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>What came of one POST, with the events that it carried.</summary>
internal sealed record PostResult(
    Guid PostId,
    Guid EndpointId,
    Guid TenantId,
    DateTimeOffset At,
    int Attempt,
    IReadOnlyList<OwedEvent> Events,
    WebhookAnswer Answer
);

/// <summary>
/// Writes down what came of POSTs: whatever waits while one transaction commits goes into the next. One writer for all, because two would wait for each other at the endpoints' rows.
/// GUARANTEE: when <see cref="WriteAsync"/> returns, the result is committed; when it throws, it is not known to be, and the events stay owed.
/// </summary>
internal sealed class PostResults(MailDatabase database, IOptions<WebhookOptions> options, TimeProvider time, ILogger<PostResults> log)
{
    private const int MaxTries = 6;
    private const int MostEvents = 4000;

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PostResultRows _rows = new(database.Dialect, options.Value.Retry);

    /// <summary>Waits until the result is committed.</summary>
    public Task WriteAsync(PostResult result)
    {
        var one = new Waiting(result);
        return _waiting.Writer.TryWrite(one) ? one.Done.Task : throw new OperationCanceledException("The process is stopping");
    }

    /// <summary>Writes until <see cref="Complete"/>, and then what waits.</summary>
    public async Task RunAsync()
    {
        await using var session = new Session(database);
        while (await _waiting.Reader.WaitToReadAsync())
            await WriteAsync(session, TakeGroup());
    }

    /// <summary>No more will come.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    private List<Waiting> TakeGroup()
    {
        var group = new List<Waiting>();
        for (var events = 0; events < MostEvents && _waiting.Reader.TryRead(out var one); events += one.Result.Events.Count)
            group.Add(one);
        return group;
    }

    private async Task WriteAsync(Session session, List<Waiting> group)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
                using var turn = await database.Dialect.TakeTurnAsync(limit.Token);
                var connection = await session.ConnectAsync(limit.Token);
                await _rows.CommitAsync(connection, [.. group.Select(g => g.Result)], time.GetUtcNow(), limit.Token);
                foreach (var one in group)
                    one.Done.TrySetResult();
                return;
            }
            catch (Exception e)
            {
                await session.ResetAsync();
                if (tries == MaxTries || !database.Dialect.IsTransient(e))
                {
                    // Nothing is lost: the events stay owed and are told again.
                    foreach (var one in group)
                        one.Done.TrySetException(e);
                    return;
                }
                log.LogWarning("The results of {Count} POSTs are written again (try {Tries}): {Reason}", group.Count, tries, e.Message);
                // By the machine's clock: a test that stops the product's must not stop this.
                await Task.Delay(TimeSpan.FromMilliseconds(10 * Math.Pow(3, tries - 1)));
            }
        }
    }

    private sealed class Waiting(PostResult result)
    {
        public PostResult Result => result;
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Session(MailDatabase database) : IAsyncDisposable
    {
        private System.Data.Common.DbConnection? _connection;

        public async ValueTask<System.Data.Common.DbConnection> ConnectAsync(CancellationToken cancellationToken) =>
            _connection ??= await database.OpenAsync(cancellationToken);

        public async ValueTask ResetAsync()
        {
            if (_connection is { } connection)
            {
                _connection = null;
                await connection.DisposeAsync();
            }
        }

        public ValueTask DisposeAsync() => ResetAsync();
    }
}
