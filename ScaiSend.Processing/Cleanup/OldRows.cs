using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Cleanup;

/// <summary>Deletes the small things that are over: batches, suspensions, wordings of templates and DKIM keys that no mail can need, codes and refresh tokens, and which events of ScaiKey have come.</summary>
public sealed class OldRows(SmallSteps steps, IOptions<DomainOptions> domains, TimeProvider time)
{
    /// <summary>Mail may be sent with a batch for 10 days, is scheduled at most 3 days ahead and tried at most 30 days; then 10 days more.</summary>
    public static readonly TimeSpan KeepBatches = TimeSpan.FromDays(55);

    /// <summary>After their end.</summary>
    public static readonly TimeSpan KeepSuspensions = TimeSpan.FromDays(30);

    /// <summary>Long after ScaiKey has given up sending an event again. One that comes later all the same is older than what is known, and changes nothing.</summary>
    public static readonly TimeSpan KeepScaiKeyEvents = TimeSpan.FromDays(30);

    /// <summary>A request that was being read when a version was deleted may still be accepted with it.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromHours(1);

    /// <summary>Most deleted versions that are looked at in a run, the oldest first.</summary>
    public const int MaxVersions = 1000;

    public async Task RunAsync(CleanupCounts counts, CancellationToken cancellationToken)
    {
        await DeleteBatchesAsync(counts, cancellationToken);
        await DeleteSuspensionsAsync(counts, cancellationToken);
        await DeleteVersionsAsync(counts, cancellationToken);
        await DeleteKeysAsync(counts, cancellationToken);
        await DeleteLoginsAsync(cancellationToken);
        await DeleteScaiKeyEventsAsync(counts, cancellationToken);
    }

    private async Task DeleteBatchesAsync(CleanupCounts counts, CancellationToken cancellationToken)
    {
        var before = Before(KeepBatches);
        while (
            await steps.ReadAsync(
                batch =>
                    batch.Sql(
                        $"SELECT tenant_id,batch_id FROM mail_batches WHERE created_at<{before} ORDER BY created_at LIMIT {SmallSteps.MaxRows}"
                    ),
                row => (TenantId: row.GetId(0), BatchId: row.GetString(1)),
                cancellationToken
            )
                is { Count: > 0 } old
        )
            counts.Batches += await steps.WriteAsync(
                batch =>
                {
                    foreach (var (tenantId, batchId) in old)
                        batch.Sql("DELETE FROM mail_batches WHERE tenant_id=").Id(tenantId).Sql(" AND batch_id=").Text(batchId).Sql(";");
                },
                cancellationToken
            );
    }

    private async Task DeleteSuspensionsAsync(CleanupCounts counts, CancellationToken cancellationToken)
    {
        var before = Before(KeepSuspensions);
        while (
            await steps.ReadAsync(
                batch => batch.Sql($"SELECT id FROM suspensions WHERE ends_at<{before} ORDER BY ends_at LIMIT {SmallSteps.MaxRows}"),
                row => row.GetId(0),
                cancellationToken
            )
                is { Count: > 0 } old
        )
            counts.Suspensions += await steps.WriteAsync(
                batch => batch.Sql("DELETE FROM suspensions WHERE id IN ").Ids(old).Sql(";"),
                cancellationToken
            );
    }

    // What was accepted before the deletion may name the version; when no content of that time is left, nothing does.
    private async Task DeleteVersionsAsync(CleanupCounts counts, CancellationToken cancellationToken)
    {
        var deleted = await steps.ReadAsync(
            batch =>
                batch.Sql(
                    $"SELECT id,tenant_id,deleted_at FROM template_versions WHERE deleted_at<{Before(LongestRequest)} ORDER BY deleted_at LIMIT {MaxVersions}"
                ),
            row => (Id: row.GetId(0), TenantId: row.GetId(1), At: row.GetMoment(2)!.Value),
            cancellationToken
        );
        foreach (var (id, tenantId, at) in deleted)
            if (!await HasContentBeforeAsync(tenantId, at + LongestRequest, cancellationToken))
                counts.Versions += await steps.WriteAsync(
                    batch => batch.Sql("DELETE FROM template_versions WHERE id=").Id(id).Sql(";"),
                    cancellationToken
                );
    }

    private async Task DeleteKeysAsync(CleanupCounts counts, CancellationToken cancellationToken)
    {
        var before = Before(domains.Value.KeepRetiredKeys);
        counts.Keys += await steps.WriteAsync(batch => batch.Sql($"DELETE FROM dkim_keys WHERE retired_at<{before};"), cancellationToken);
    }

    // A used one is kept as long as it would have been good: it ends its family when it comes again.
    private async Task DeleteLoginsAsync(CancellationToken cancellationToken)
    {
        var before = Before(TimeSpan.Zero);
        await steps.WriteAsync(batch => batch.Sql($"DELETE FROM login_grants WHERE expires_at<{before};"), cancellationToken);
        await steps.WriteAsync(batch => batch.Sql($"DELETE FROM console_sessions WHERE expires_at<{before};"), cancellationToken);
    }

    private async Task DeleteScaiKeyEventsAsync(CleanupCounts counts, CancellationToken cancellationToken)
    {
        var before = Before(KeepScaiKeyEvents);
        while (
            await steps.ReadAsync(
                batch =>
                    batch.Sql(
                        $"SELECT event_id FROM processed_webhook_events WHERE received_at<{before} ORDER BY received_at LIMIT {SmallSteps.MaxRows}"
                    ),
                row => row.GetString(0),
                cancellationToken
            )
                is { Count: > 0 } old
        )
            counts.ScaiKeyEvents += await steps.WriteAsync(
                batch =>
                {
                    foreach (var id in old)
                        batch.Sql("DELETE FROM processed_webhook_events WHERE event_id=").Text(id).Sql(";");
                },
                cancellationToken
            );
    }

    private async Task<bool> HasContentBeforeAsync(Guid tenantId, DateTimeOffset moment, CancellationToken cancellationToken) =>
        (
            await steps.ReadAsync(
                batch =>
                    batch
                        .Sql("SELECT 1 FROM contents WHERE tenant_id=")
                        .Id(tenantId)
                        .Sql(" AND id<")
                        .Id(Ids.FirstOf(moment))
                        .Sql(" LIMIT 1"),
                row => true,
                cancellationToken
            )
        ).Count > 0;

    private long Before(TimeSpan age) => (time.GetUtcNow() - age).ToUnixTimeMilliseconds();
}
