using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// Knows which keys were used. A cheap look before any work; what decides is the accepting transaction (<see cref="IdempotencyRows"/>).
/// A tenant's keys are its own.
/// </summary>
public sealed class IdempotencyKeys(MailDatabase database, TimeProvider time) : IDisposable
{
    // A burst of requests must not become as many connections.
    private const int MaxLookups = 8;

    private readonly SemaphoreSlim _room = new(MaxLookups);

    /// <summary>What the key's first request was answered; null when it was not used, or too long ago.</summary>
    public async Task<FirstAnswer?> FindAsync(Guid tenantId, IdempotencyKey key, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            var since = time.GetUtcNow() - IdempotencyKey.Lives;
            await using var db = database.For(tenantId);
            var record = await db.IdempotencyRecords.SingleOrDefaultAsync(
                r => r.TenantId == tenantId && r.KeyHash == key.KeyHash && r.CreatedAt > since,
                cancellationToken
            );
            return record is null ? null : FirstAnswer.Of(record.RequestHash, record.MessageIds);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();
}
