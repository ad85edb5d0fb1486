using System.Security.Cryptography;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.Api.Batches;

/// <summary>Issues batch ids, and knows which a tenant may still send with. Answers are kept for a few seconds.</summary>
public sealed class IssuedBatches(MailDatabase database, BatchStatuses batches, TimeProvider time)
{
    /// <summary>How long mail may be sent with an id.</summary>
    public static readonly TimeSpan Lives = TimeSpan.FromDays(10);

    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(3);

    // No capitals, because MySQL compares texts without regard to case. 165 bits.
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 32;

    private readonly KeptAnswers<(Guid TenantId, string BatchId), bool> _kept = new(KeepFor, time);

    /// <summary>A new id that nobody can guess.</summary>
    public async Task<string> IssueAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        var batch = new MailBatch
        {
            TenantId = tenantId,
            BatchId = RandomNumberGenerator.GetString(Letters, Length),
            CreatedAt = time.GetUtcNow(),
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        db.MailBatches.Add(batch);
        await db.SaveChangesAsync(cancellationToken);
        return batch.BatchId;
    }

    /// <summary>Whether the tenant was issued this id, not too long ago.</summary>
    public Task<bool> AllowAsync(Guid tenantId, string batchId, CancellationToken cancellationToken) =>
        _kept.FindAsync((tenantId, batchId), LookUpAsync, cancellationToken);

    /// <summary>The batch, when mail may be sent with it.</summary>
    public async Task<MailBatch?> FindAsync(Guid tenantId, string batchId, CancellationToken cancellationToken) =>
        await batches.FindAsync(tenantId, batchId, cancellationToken) is { } batch && batch.CreatedAt > time.GetUtcNow() - Lives
            ? batch
            : null;

    private async Task<bool> LookUpAsync((Guid TenantId, string BatchId) question) =>
        await FindAsync(question.TenantId, question.BatchId, CancellationToken.None) is not null;
}
