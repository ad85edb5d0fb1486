using System.Data.Common;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Sagas.Emails;

/// <summary>An email that the waker claimed.</summary>
public sealed record DueEmail(
    Guid EmailId,
    Guid MessageId,
    Guid TenantId,
    int Version,
    string? MailKey,
    DateTimeOffset DeadlineAt,
    string Recipient
);

/// <summary>The waker's statements. Both use the index (tenant_id, lane, due_at).</summary>
public sealed class DueEmails(MailDatabase database, IOptions<Leases> leases, WakerMeter meter)
{
    /// <summary>Few pollers with big batches: many small ones walk over each other's locks.</summary>
    public const int MaxClaim = 500;

    /// <summary>Who has due emails, and in which lane. A loose index scan: its cost grows with tenants, not with emails.</summary>
    public async Task<IReadOnlyList<(Guid TenantId, EmailLane Lane)>> TenantsAsync(
        DbConnection connection,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT tenant_id,lane FROM emails GROUP BY tenant_id,lane HAVING MIN(due_at)<={now.ToUnixTimeMilliseconds()} AND lane<>{(int)EmailLane.Ended}";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var tenants = new List<(Guid, EmailLane)>();
        while (await rows.ReadAsync(cancellationToken))
            tenants.Add((rows.GetId(0), (EmailLane)rows.GetInt32(1)));
        return tenants;
    }

    /// <summary>Takes up to <paramref name="room"/> due emails of one tenant, oldest first: gives each a new version and a lease, so that older hints are stale.</summary>
    public async Task<IReadOnlyList<DueEmail>> ClaimAsync(
        DbConnection connection,
        Guid tenantId,
        EmailLane lane,
        DateTimeOffset now,
        int room,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        var emails = await LockAsync(connection, tenantId, lane, now, Math.Min(room, MaxClaim), cancellationToken);
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command);
        if (emails.Count > 0)
            batch
                .Sql($"UPDATE emails SET version=version+1,lane={(int)EmailLane.InFlight},due_at=CASE WHEN mail_key IS NULL")
                .Sql(
                    $" THEN {(now + leases.Value.Render).ToUnixTimeMilliseconds()} ELSE {(now + leases.Value.Handover).ToUnixTimeMilliseconds()} END WHERE id IN "
                )
                .Ids(emails.Select(e => e.EmailId))
                .Sql(";");
        await batch.Sql("COMMIT").ExecuteAsync(cancellationToken);
        meter.Claimed(lane, emails.Count);
        return emails;
    }

    private async Task<List<DueEmail>> LockAsync(
        DbConnection connection,
        Guid tenantId,
        EmailLane lane,
        DateTimeOffset now,
        int room,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql(database.Dialect.Begin)
            .Sql("SELECT id,message_id,version,mail_key,deadline_at,recipient FROM emails WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND lane={(int)lane} AND due_at<={now.ToUnixTimeMilliseconds()} ORDER BY due_at LIMIT {room}")
            .Sql(database.Dialect.ForUpdateSkipLocked)
            .ReadAsync(cancellationToken);
        var emails = new List<DueEmail>();
        while (await rows.ReadAsync(cancellationToken))
            emails.Add(
                new DueEmail(
                    rows.GetId(0),
                    rows.GetId(1),
                    tenantId,
                    rows.GetInt32(2) + 1,
                    rows.IsDBNull(3) ? null : rows.GetString(3),
                    rows.GetMoment(4)!.Value,
                    rows.GetString(5)
                )
            );
        return emails;
    }
}
