using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>How an endpoint's turn ended.</summary>
/// <param name="HasMore">The turn was over before what is owed was.</param>
internal sealed record TurnEnd(bool HasFailed, bool IsSlow, bool HasMore);

/// <summary>
/// One endpoint's turn: posts what it is owed for a while. An endpoint that fails gets one POST, and the turn is over.
/// GUARANTEE: what was posted is marked as told only after the receiver's 2xx, in a commit of <see cref="PostResults"/>; a crash before it means the same events once more, with the same ids.
/// </summary>
internal sealed class EndpointTurn(
    OwedEvents owed,
    DueEndpoints endpoints,
    WebhookClient client,
    PostResults results,
    WebhookMeter meter,
    IOptions<WebhookOptions> options,
    TimeProvider time
)
{
    // After this others have their turn.
    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private const int MostSingles = 512;

    /// <param name="stopping">Begins no further POST.</param>
    /// <param name="abort">Breaks off the POSTs that run.</param>
    public async Task<TurnEnd> RunAsync(WebhookEndpoint endpoint, CancellationToken stopping, CancellationToken abort)
    {
        var isSingle = endpoint.Kind == WebhookKind.Single;
        var concurrency = isSingle ? options.Value.ConcurrencyPerEndpoint : options.Value.BatchesPerEndpoint;
        var isFailing = endpoint.FailureCount > 0;
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); ; )
        {
            var most = isFailing
                ? isSingle
                    ? 1
                    : Posting.MostEvents
                : isSingle
                    ? MostSingles
                    : concurrency * Posting.MostEvents;
            var due = await owed.LoadAsync(endpoint.Id, most, stopping);
            var postings = Posting.For(endpoint.Kind, due).Take(isFailing ? 1 : int.MaxValue);
            var round = await PostAllAsync(endpoint, postings, concurrency, stopping, abort);
            var hasMore = due.Count == most || isFailing;
            if (round.HasFailed || round.IsSlow || !hasMore || round.Posts == 0 || watch.Elapsed > Quantum)
                return new TurnEnd(round.HasFailed, round.IsSlow, hasMore);
            isFailing = false;
        }
    }

    private async Task<Round> PostAllAsync(
        WebhookEndpoint endpoint,
        IEnumerable<Posting> postings,
        int concurrency,
        CancellationToken stopping,
        CancellationToken abort
    )
    {
        var round = new Round();
        var written = new List<Task>();
        await Parallel.ForEachAsync(
            postings.TakeWhile(_ => !round.HasFailed && !stopping.IsCancellationRequested && endpoints.MayPostTo(endpoint.Id)),
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = abort },
            async (posting, cancellationToken) =>
            {
                var result = await PostAsync(endpoint, posting, cancellationToken);
                // The next POST does not wait for the commit of this one; the turn does.
                lock (written)
                {
                    written.Add(results.WriteAsync(result));
                    round.Add(result.Answer.IsSuccess, result.Answer.Duration > Slow);
                }
            }
        );
        await Task.WhenAll(written);
        return round;
    }

    private async Task<PostResult> PostAsync(WebhookEndpoint endpoint, Posting posting, CancellationToken cancellationToken)
    {
        var (id, at) = (Ids.New(time), time.GetUtcNow());
        var answer = await client.PostAsync(endpoint, posting.Body, id, posting.Attempt, isTest: false, cancellationToken);
        var result = new PostResult(id, endpoint.Id, endpoint.TenantId, at, posting.Attempt, posting.Events, answer);
        meter.Posted(result);
        return result;
    }

    private sealed class Round
    {
        public bool HasFailed { get; private set; }
        public bool IsSlow { get; private set; }
        public int Posts { get; private set; }

        public void Add(bool isSuccess, bool isSlow)
        {
            HasFailed |= !isSuccess;
            IsSlow |= isSlow;
            Posts++;
        }
    }
}
