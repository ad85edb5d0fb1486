using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Admin;

/// <summary>Reads and changes what a tenant has set for itself.</summary>
public sealed class StoredTenantSettings(MailDatabase database)
{
    /// <summary>The tenant's row; null when it has set nothing yet.</summary>
    public async Task<TenantSettings?> FindAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db.TenantSettings.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Sets some columns and leaves the others, in one statement: two who set different ones do not undo each other.</summary>
    public async Task ChangeAsync(Guid tenantId, IReadOnlyDictionary<string, object?> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
            return;
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command)
            .Sql($"INSERT INTO tenant_settings (tenant_id,{string.Join(',', changes.Keys)}) VALUES ")
            .Row(isFirst: true)
            .Value(tenantId);
        foreach (var value in changes.Values)
            _ = value is int number ? batch.Value((long?)number) : batch.Value((string?)value);
        await batch.EndRows().Sql(database.Dialect.OnConflictUpdate("tenant_id", changes.Keys)).ExecuteAsync(cancellationToken);
    }
}
