using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ScaiSend.Processing.Cleanup;

/// <summary>
/// One run over everything that is kept for a time only. It never touches an email that has not ended, and never statistics or the audit log.
/// Two runs at once are harmless: what is deleted twice is gone once.
/// </summary>
public sealed class CleanUp(
    Retentions retentions,
    CleanupParts parts,
    TimeProvider time,
    IOptions<RetentionOptions> options,
    ILogger<CleanUp> log
)
{
    /// <param name="isSweeping">Whether blobs are looked at too, which lists the whole store.</param>
    public async Task<CleanupCounts> OnceAsync(bool isSweeping, CancellationToken cancellationToken)
    {
        var counts = new CleanupCounts();
        var began = time.GetTimestamp();
        var all = await retentions.AllAsync(cancellationToken);
        foreach (var tenant in all)
        {
            await parts.Contents.RunAsync(tenant.TenantId, time.GetUtcNow() - tenant.Bodies, counts, cancellationToken);
            await parts.Messages.RunAsync(tenant.TenantId, time.GetUtcNow() - tenant.Events, counts, cancellationToken);
        }
        await parts.Deliveries.RunAsync(all.ToDictionary(r => r.TenantId), options.Value.Deliveries, counts, cancellationToken);
        await parts.Rows.RunAsync(counts, cancellationToken);
        if (isSweeping)
            await parts.Orphans.RunAsync(all.Select(r => r.Bodies).Append(options.Value.Bodies).Max(), counts, cancellationToken);
        log.LogInformation("Cleaned up in {Seconds:F1} s: {Counts}", time.GetElapsedTime(began).TotalSeconds, counts);
        return counts;
    }
}

/// <summary>What a run goes through.</summary>
public sealed record CleanupParts(
    OldContents Contents,
    OldMessages Messages,
    OldDeliveries Deliveries,
    OldRows Rows,
    OrphanedBlobs Orphans
);
