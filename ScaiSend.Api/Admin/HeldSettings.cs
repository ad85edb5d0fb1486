using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Admin;

/// <summary>The row of a tenant's settings, for those who change it in a transaction.</summary>
internal static class HeldSettings
{
    /// <summary>The row, made where there is none, and ours until commit.</summary>
    public static async Task<TenantSettings> HoldSettingsAsync(
        this MailDb db,
        SqlDialect dialect,
        Guid tenantId,
        CancellationToken cancellationToken
    )
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await new SqlBatch(command)
            .Sql(dialect.InsertNew)
            .Sql("tenant_settings (tenant_id) VALUES (")
            .Id(tenantId)
            .Sql(")")
            .ExecuteAsync(cancellationToken);
        await db.TenantSettings.ExecuteUpdateAsync(set => set.SetProperty(s => s.Tracking, s => s.Tracking), cancellationToken);
        return await db.TenantSettings.AsTracking().SingleAsync(cancellationToken);
    }

    /// <summary>Sets columns, and answers those that are different then: as they were, and as they are.</summary>
    public static (Dictionary<string, object?> Before, Dictionary<string, object?> After) Set(
        this MailDb db,
        TenantSettings row,
        IReadOnlyDictionary<string, object?> changes
    )
    {
        var (before, after) = (new Dictionary<string, object?>(), new Dictionary<string, object?>());
        foreach (var property in db.Entry(row).Properties.Where(p => changes.ContainsKey(p.Metadata.GetColumnName())))
        {
            var (column, was) = (property.Metadata.GetColumnName(), property.CurrentValue);
            property.CurrentValue = changes[column];
            if (Equals(was, property.CurrentValue))
                continue;
            before[column] = was;
            after[column] = property.CurrentValue;
        }
        return (before, after);
    }
}
