using System.Data.Common;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Stats;

/// <summary>The time zones that tenants have set.</summary>
public static class TenantZones
{
    /// <summary>By tenant; those who have set none are not among them.</summary>
    public static async Task<Dictionary<Guid, TimeZoneInfo>> ReadAsync(
        DbConnection connection,
        IEnumerable<Guid> tenantIds,
        CancellationToken cancellationToken
    )
    {
        var zones = new Dictionary<Guid, TimeZoneInfo>();
        var distinct = tenantIds.Distinct().ToList();
        if (distinct.Count == 0)
            return zones;
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT tenant_id,time_zone FROM tenant_settings WHERE time_zone IS NOT NULL AND tenant_id IN ")
            .Ids(distinct)
            .ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            zones[rows.GetId(0)] = TenantDays.Zone(rows.GetString(1));
        return zones;
    }
}
