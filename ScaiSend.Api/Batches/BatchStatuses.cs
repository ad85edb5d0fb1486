using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.Api.Batches;

/// <summary>What became of a wish to change a batch's status.</summary>
public enum StatusChange
{
    Done,

    /// <summary>The tenant has no such batch.</summary>
    NoBatch,

    /// <summary>The batch has no status, so there is nothing to change or to take away.</summary>
    NoStatus,

    /// <summary>The batch has a status already.</summary>
    HasStatus,

    /// <summary>The batch is cancelled for good.</summary>
    Final,

    /// <summary>The tenant has as many paused and cancelled batches as it may have.</summary>
    TooMany,
}

/// <summary>
/// Pauses, cancels and resumes batches. Only the batch's row is written, whatever the number of its emails: the renderer asks for it when an email's
/// time comes, and the worker wakes those that wait for a change.
/// </summary>
public sealed class BatchStatuses(MailDatabase database, TimeProvider time)
{
    /// <summary>How many batches a tenant may have paused or cancelled at a time.</summary>
    public const int Most = 100;

    /// <summary>No email of an older batch can still wait: an id lives 10 days, <c>send_at</c> is at most 3 days ahead, a deadline at most 30.</summary>
    public static readonly TimeSpan Matter = TimeSpan.FromDays(45);

    /// <summary>The batches with a status, oldest first.</summary>
    public async Task<IReadOnlyList<MailBatch>> ListAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await WithStatus(db).OrderBy(b => b.CreatedAt).ThenBy(b => b.BatchId).ToListAsync(cancellationToken);
    }

    /// <summary>The batch, of whatever age; null when the tenant has none such.</summary>
    public async Task<MailBatch?> FindAsync(Guid tenantId, string batchId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var batch = await db.MailBatches.SingleOrDefaultAsync(b => b.BatchId == batchId, cancellationToken);
        // MySQL finds it by other capitals or with spaces behind it, too.
        return batch?.BatchId == batchId ? batch : null;
    }

    /// <summary>Gives a batch without a status one.</summary>
    public async Task<StatusChange> BeginAsync(Guid tenantId, string batchId, BatchStatus status, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenantId, batchId, cancellationToken) is not { } batch)
            return StatusChange.NoBatch;
        if (batch.Status is not null)
            return StatusChange.HasStatus;
        if (await IsFullAsync(tenantId, cancellationToken))
            return StatusChange.TooMany;
        return await SetAsync(tenantId, batchId, b => b.Status == null, status, cancellationToken)
            ? StatusChange.Done
            : StatusChange.HasStatus;
    }

    /// <summary>Gives a batch with a status another one, or takes it away.</summary>
    public async Task<StatusChange> ChangeAsync(Guid tenantId, string batchId, BatchStatus? status, CancellationToken cancellationToken)
    {
        switch (await FindAsync(tenantId, batchId, cancellationToken))
        {
            case null:
                return StatusChange.NoBatch;
            case { Status: null }:
                return StatusChange.NoStatus;
            case { Status: BatchStatus.CancelForGood }:
                return StatusChange.Final;
        }
        var isSet = await SetAsync(
            tenantId,
            batchId,
            b => b.Status != null && b.Status != BatchStatus.CancelForGood,
            status,
            cancellationToken
        );
        return isSet ? StatusChange.Done : StatusChange.NoStatus;
    }

    /// <summary>Cancels a batch for good, whatever its status.</summary>
    public async Task<StatusChange> CancelForGoodAsync(Guid tenantId, string batchId, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenantId, batchId, cancellationToken) is not { } batch)
            return StatusChange.NoBatch;
        if (batch.Status != BatchStatus.CancelForGood)
            await SetAsync(tenantId, batchId, _ => true, BatchStatus.CancelForGood, cancellationToken);
        return StatusChange.Done;
    }

    private async Task<bool> IsFullAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        // A batch that is cancelled for good is done with.
        return await WithStatus(db).CountAsync(b => b.Status != BatchStatus.CancelForGood, cancellationToken) >= Most;
    }

    private IQueryable<MailBatch> WithStatus(MailDb db)
    {
        var since = time.GetUtcNow() - Matter;
        return db.MailBatches.Where(b => b.Status != null && b.CreatedAt > since);
    }

    private async Task<bool> SetAsync(
        Guid tenantId,
        string batchId,
        Expression<Func<MailBatch, bool>> ifSo,
        BatchStatus? status,
        CancellationToken cancellationToken
    )
    {
        // Nobody has to be woken for a pause.
        DateTimeOffset? changedAt = status == BatchStatus.Pause ? null : time.GetUtcNow();
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        var changed = await db
            .MailBatches.Where(b => b.BatchId == batchId)
            .Where(ifSo)
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.Status, status).SetProperty(b => b.ChangedAt, changedAt), cancellationToken);
        return changed > 0;
    }
}
