using System.Data.Common;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Suppressions;

/// <summary>Finds on which lists the recipients of many emails are: one statement over the primary key, whatever the length of the lists.</summary>
public sealed class SuppressionCheck(MailDatabase database)
{
    /// <summary>
    /// Most addresses in one statement. From 200 on (<c>eq_range_index_dive_limit</c>) MySQL believes its statistics instead of looking, and just after
    /// a large import it then reads the tenant's whole list.
    /// </summary>
    public const int MaxAddresses = 150;

    private static readonly IReadOnlyCollection<ListedOn> NoLists = [];

    /// <summary>The lists of each address, in the given order; blocks are left out, because they keep nothing back.</summary>
    public async Task<IReadOnlyList<IReadOnlyCollection<ListedOn>>> FindAsync(
        IReadOnlyList<(Guid TenantId, string Address)> recipients,
        CancellationToken cancellationToken
    )
    {
        if (recipients.Count == 0)
            return [];
        var keys = new (Guid TenantId, Guid AddressKey)[recipients.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (recipients[i].TenantId, SuppressedAddress.IdOf(recipients[i].Address));
        var found = new Dictionary<(Guid, Guid), List<ListedOn>>();
        await using (var connection = database.Dialect.ConnectForReading())
        {
            await connection.OpenAsync(cancellationToken);
            foreach (var some in keys.Distinct().Chunk(MaxAddresses))
                await ReadAsync(connection, some, found, cancellationToken);
        }
        return [.. keys.Select(key => found.TryGetValue(key, out var lists) ? lists : NoLists)];
    }

    // Index: the primary key (tenant_id, address_key, list, group_id), which holds every column that is read.
    private static async Task ReadAsync(
        DbConnection connection,
        IEnumerable<(Guid TenantId, Guid AddressKey)> keys,
        Dictionary<(Guid, Guid), List<ListedOn>> found,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql("SELECT tenant_id,address_key,list,group_id FROM suppressions WHERE ");
        var or = "";
        foreach (var tenant in keys.GroupBy(key => key.TenantId, key => key.AddressKey))
        {
            batch.Sql(or).Sql("(tenant_id=").Id(tenant.Key).Sql(" AND address_key IN ").Ids(tenant).Sql(")");
            or = " OR ";
        }
        await using var rows = await batch.ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var list = (SuppressionList)rows.GetInt32(2);
            if (list == SuppressionList.Blocks)
                continue;
            var key = (rows.GetId(0), rows.GetId(1));
            if (!found.TryGetValue(key, out var lists))
                found.Add(key, lists = []);
            lists.Add(new ListedOn(list, rows.GetInt32(3)));
        }
    }
}
