using System.Data.Common;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>The rows that results of POSTs become, in one transaction: deliveries, the log, and how the endpoints stand.</summary>
internal sealed class PostResultRows(SqlDialect dialect, WebhookRetryOptions retry)
{
    /// <summary>Failures in a row that disable an endpoint.</summary>
    public const int FailuresToDisable = 10;

    private const int LongestError = 255;

    /// <summary>Writes the results, which are in the order of their coming.</summary>
    public async Task CommitAsync(
        DbConnection connection,
        IReadOnlyList<PostResult> results,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql(dialect.Begin);
        AddLog(batch, results);
        AddDeliveries(batch, results, now);
        var failed = new List<Guid>();
        // By id, so that two processes never wait for each other.
        foreach (var endpoint in results.GroupBy(r => r.EndpointId).OrderBy(g => g.Key.ToString("N"), StringComparer.Ordinal))
        {
            if (AddStanding(batch, endpoint.Key, [.. endpoint], now))
                failed.Add(endpoint.Key);
        }
        if (failed.Count == 0)
            batch.Sql("COMMIT;");
        await batch.ExecuteAsync(cancellationToken);
        if (failed.Count > 0)
            await DisableAndCommitAsync(connection, failed, now, cancellationToken);
    }

    // A result that was committed without our hearing of it is passed over.
    private void AddLog(SqlBatch batch, IReadOnlyList<PostResult> results)
    {
        batch
            .Sql(dialect.InsertNew)
            .Sql("webhook_posts (id,endpoint_id,tenant_id,at,duration_ms,status,error,answer,events,attempt,is_test) VALUES ");
        var isFirst = true;
        foreach (var result in results)
        {
            batch
                .Row(isFirst)
                .Value(result.PostId)
                .Value(result.EndpointId)
                .Value(result.TenantId)
                .Value(result.At)
                .Value((long)result.Answer.Duration.TotalMilliseconds)
                .Value(result.Answer.Status)
                .Value(result.Answer.Error is { Length: > LongestError } error ? error[..LongestError] : result.Answer.Error)
                .Value(result.Answer.Answer)
                .Value(result.Events.Count)
                .Value(result.Attempt)
                .Value(0);
            isFirst = false;
        }
        batch.EndRows().Sql(";");
    }

    // One UPDATE for those of a lane that went the same way: all three servers find a list of positions by the primary key, and an UPDATE for each single event
    // costs the server more than the rows.
    private void AddDeliveries(SqlBatch batch, IReadOnlyList<PostResult> results, DateTimeOffset now)
    {
        var told = results.SelectMany(result => result.Events, (result, e) => (Result: result, e.Event.Position, e.Event.Lane, e.Attempts));
        foreach (var same in told.GroupBy(e => (e.Result.EndpointId, e.Result.Answer.IsSuccess, e.Lane, e.Attempts)))
        {
            var attempts = same.Key.Attempts + 1;
            var next = same.Key.IsSuccess ? null : now + retry.WaitAfter(attempts);
            var state =
                same.Key.IsSuccess ? WebhookDeliveryState.Delivered
                : next is null ? WebhookDeliveryState.Failed
                : WebhookDeliveryState.Owed;
            batch.Sql($"UPDATE webhook_deliveries SET state={(int)state},attempts={attempts},due_at=").Alone().Value(next).Sql(",post_id=");
            AddPosts(batch, [.. same.GroupBy(e => e.Result.PostId, e => e.Position)]);
            batch
                .Sql(" WHERE endpoint_id=")
                .Id(same.Key.EndpointId)
                .Sql($" AND lane={same.Key.Lane} AND position IN ({string.Join(',', same.Select(e => e.Position))}) AND state=0;");
        }
    }

    private static void AddPosts(SqlBatch batch, IReadOnlyList<IGrouping<Guid, long>> posts)
    {
        if (posts.Count == 1)
        {
            batch.Id(posts[0].Key);
            return;
        }
        batch.Sql("CASE position");
        foreach (var post in posts)
        foreach (var position in post)
            batch.Sql($" WHEN {position} THEN ").Id(post.Key);
        batch.Sql(" END");
    }

    /// <summary>Whether its last POSTs failed.</summary>
    private static bool AddStanding(SqlBatch batch, Guid endpointId, IReadOnlyList<PostResult> results, DateTimeOffset now)
    {
        var failures = results.Reverse().TakeWhile(r => !r.Answer.IsSuccess).Count();
        var hasSuccess = failures < results.Count;
        batch.Sql("UPDATE webhook_endpoints SET failure_count=").Sql(hasSuccess ? $"{failures}" : $"failure_count+{failures}");
        if (hasSuccess)
            batch.Sql(",last_success_at=").Alone().Value(now);
        if (results.Any(r => !r.Answer.IsSuccess))
            batch.Sql(",last_failure_at=").Alone().Value(now);
        batch.Sql(" WHERE id=").Id(endpointId).Sql(";");
        return failures > 0;
    }

    private static async Task DisableAndCommitAsync(
        DbConnection connection,
        IReadOnlyList<Guid> endpoints,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var disable = connection.CreateCommand();
        var disabled = await new SqlBatch(disable)
            .Sql("UPDATE webhook_endpoints SET disabled_at=")
            .Alone()
            .Value(now)
            .Sql(" WHERE id IN ")
            .Ids(endpoints)
            .Sql($" AND failure_count>={FailuresToDisable} AND disabled_at IS NULL")
            .ExecuteAsync(cancellationToken);
        await using var end = connection.CreateCommand();
        // Events that commit from now on are not owed to it.
        await new SqlBatch(end)
            .Sql(disabled > 0 ? "UPDATE webhook_revisions SET revision=revision+1;COMMIT;" : "COMMIT;")
            .ExecuteAsync(cancellationToken);
    }
}
