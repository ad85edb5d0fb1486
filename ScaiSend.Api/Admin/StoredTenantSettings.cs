using System.Data;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Admin;

/// <summary>Reads and changes what a tenant has set for itself.</summary>
public sealed class StoredTenantSettings(MailDatabase database, TimeProvider time)
{
    /// <summary>The tenant's row; null when it has set nothing yet.</summary>
    public async Task<TenantSettings?> FindAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db.TenantSettings.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Sets some columns and leaves the others: two who set different ones do not undo each other.</summary>
    public async Task ChangeAsync(Guid tenantId, IReadOnlyDictionary<string, object?> changes, Act act, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            var row = await db.HoldSettingsAsync(database.Dialect, tenantId, cancellationToken);
            var (before, after) = db.Set(row, changes);
            if (after.Count == 0)
                return;
            AuditLog.Note(db, time, act, "settings_change", tenantId, new { TenantId = tenantId }, before, after);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
