using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// Knows which keys were used. A cheap look before any work; what decides is the accepting transaction (<see cref="IdempotencyRows"/>).
/// A tenant's keys are its own.
/// </summary>
public sealed class IdempotencyKeys(MailDatabase database, TimeProvider time)
{
    /// <summary>What the key's first request was answered; null when it was not used, or too long ago.</summary>
    public async Task<FirstAnswer?> FindAsync(Guid tenantId, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - IdempotencyKey.Lives;
        await using var db = database.For(tenantId);
        var record = await db.IdempotencyRecords.SingleOrDefaultAsync(
            r => r.TenantId == tenantId && r.KeyHash == key.KeyHash && r.CreatedAt > since,
            cancellationToken
        );
        return record is null ? null : FirstAnswer.Of(record.RequestHash, record.MessageIds);
    }
}
