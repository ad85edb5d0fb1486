using System.Data.Common;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Processing.Tracking;

/// <summary>
/// The settings of tenants over the instance's defaults. They are read in the round trip that loads their mail, and never kept: whoever changes a setting and
/// then sends gets what he has set.
/// </summary>
public sealed class TenantTracking(IOptions<TrackingOptions> options)
{
    private readonly TrackingSettings _defaults = options.Value.Defaults();

    /// <summary>Adds the question to a batch. Index: primary key. Most tenants have chosen nothing.</summary>
    internal static SqlBatch Ask(SqlBatch batch, IEnumerable<Guid> tenantIds) =>
        batch.Sql("SELECT tenant_id,tracking FROM tenant_settings WHERE tracking IS NOT NULL AND tenant_id IN ").Ids(tenantIds);

    /// <summary>Reads the answer.</summary>
    internal async Task<Func<Guid, TrackingSettings>> ReadAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        var chosen = new Dictionary<Guid, TrackingSettings>();
        while (await rows.ReadAsync(cancellationToken))
            chosen.Add(rows.GetId(0), _defaults.With(TrackingChanges.ReadStored(rows.GetString(1))));
        return tenantId => chosen.GetValueOrDefault(tenantId, _defaults);
    }
}
