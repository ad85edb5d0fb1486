using System.Data.Common;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Domains;

/// <summary>A domain whose records are to be looked at.</summary>
public sealed record DueDomain(Guid TenantId, Guid DomainId, long? CheckedAt);

/// <summary>Finds and claims domains whose records were not looked at for a while. Of all tenants.</summary>
public sealed class DueDomains(IOptions<DomainOptions> options, TimeProvider time)
{
    /// <summary>Most domains of one round.</summary>
    public const int MaxDomains = 50;

    /// <summary>Those that have waited longest first. Where a record is expected to appear, sooner than elsewhere.</summary>
    public async Task<IReadOnlyList<DueDomain>> FindAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql(
                "SELECT d.tenant_id,d.id,d.checked_at FROM sender_domains d WHERE d.is_active=1 AND d.is_trusted=0 AND (d.checked_at IS NULL"
            )
            .Sql($" OR d.checked_at<={Ago(now, options.Value.CheckEvery)}")
            .Sql($" OR (d.checked_at<={Ago(now, options.Value.CheckExpectedEvery)} AND EXISTS (SELECT 1 FROM dkim_keys k")
            .Sql(" WHERE k.tenant_id=d.tenant_id AND k.domain=d.name AND k.used_from IS NULL")
            .Sql($" AND k.created_at>{Ago(now, DomainOptions.ExpectFor)}))) ORDER BY d.checked_at LIMIT {MaxDomains}")
            .ReadAsync(cancellationToken);
        var due = new List<DueDomain>();
        while (await rows.ReadAsync(cancellationToken))
            due.Add(new DueDomain(rows.GetId(0), rows.GetId(1), rows.IsDBNull(2) ? null : rows.GetInt64(2)));
        return due;
    }

    /// <summary>Takes the domain; false when somebody else has looked at it meanwhile. Who dies with it leaves it for the next time.</summary>
    public async Task<bool> ClaimAsync(DbConnection connection, DueDomain due, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        var claimed = await new SqlBatch(command)
            .Sql($"UPDATE sender_domains SET checked_at={time.GetUtcNow().ToUnixTimeMilliseconds()} WHERE tenant_id=")
            .Id(due.TenantId)
            .Sql(" AND id=")
            .Id(due.DomainId)
            .Sql(due.CheckedAt is { } before ? $" AND checked_at={before}" : " AND checked_at IS NULL")
            .ExecuteAsync(cancellationToken);
        return claimed == 1;
    }

    private static long Ago(DateTimeOffset now, TimeSpan age) => (now - age).ToUnixTimeMilliseconds();
}
