using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Suppressions;

/// <summary>Writes many suppressions with one statement.</summary>
public static class SuppressionRows
{
    private const string Columns =
        "suppressions (tenant_id,address_key,list,group_id,address,created_at,reason,bounce_type,status,source,email_id) VALUES ";
    private static readonly string[] Replaced = ["address", "created_at", "reason", "bounce_type", "status", "source", "email_id"];

    /// <summary>An address that is on the list already gets the newer reason.</summary>
    public static SqlBatch AddOrReplace(SqlBatch batch, SqlDialect dialect, IEnumerable<Suppression> suppressions)
    {
        AddRows(batch.Sql("INSERT INTO ").Sql(Columns), suppressions);
        return batch.Sql(dialect.OnConflictUpdate("tenant_id,address_key,list,group_id", Replaced)).Sql(";");
    }

    /// <summary>An address that is on the list already stays as it is; the statement counts the new ones.</summary>
    public static SqlBatch AddNew(SqlBatch batch, SqlDialect dialect, IEnumerable<Suppression> suppressions)
    {
        AddRows(batch.Sql(dialect.InsertNew).Sql(Columns), suppressions);
        return batch.Sql(";");
    }

    // Always in the order of the primary key: two writers that meet on the same addresses wait for each other and never in a circle.
    private static void AddRows(SqlBatch batch, IEnumerable<Suppression> suppressions)
    {
        var rows = suppressions
            .Select(s => (Row: s, Key: new Guid(s.AddressKey, bigEndian: true)))
            .OrderBy(s => s.Row.TenantId)
            .ThenBy(s => s.Key)
            .ThenBy(s => s.Row.List)
            .ThenBy(s => s.Row.GroupId)
            .ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            var (s, key) = rows[i];
            batch
                .Row(i == 0)
                .Value(s.TenantId)
                .Value(key)
                .Value((long)s.List)
                .Value(s.GroupId)
                .Value(s.Address)
                .Value(s.CreatedAt)
                .Value(s.Reason)
                .Value((long?)s.BounceType)
                .Value(s.Status)
                .Value(s.Source)
                .Value(s.EmailId);
        }
        batch.EndRows();
    }
}
