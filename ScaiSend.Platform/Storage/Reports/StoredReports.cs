using System.Data.Common;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Reports;

/// <summary>A report that is to be read now.</summary>
public sealed record ClaimedReport(Guid Id, string Recipient, byte[] Raw, DateTimeOffset ReceivedAt, int Tries);

/// <summary>An email that a report speaks of.</summary>
public sealed record ReportedEmail(Guid TenantId, bool HasComplaint);

/// <summary>What came of reading a report once.</summary>
public sealed record SettledReport(
    Guid Id,
    ReportState State,
    string? Kind,
    Guid? EmailId,
    Guid? TenantId,
    DateTimeOffset? DueAt,
    string? Summary
);

/// <summary>The statements about stored reports. Claims use the index (state, due_at).</summary>
public sealed class StoredReports(MailDatabase database)
{
    /// <summary>Each has its bytes with it.</summary>
    public const int MaxClaim = 20;

    /// <summary>How long a process may work on a claim before another one takes it over.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Keeps the reports of one mail, one per recipient, in one transaction. Only after this its sender may hear 250.</summary>
    public async Task AddAsync(IReadOnlyCollection<InboundReport> reports, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        var begin = database.Dialect.Begin;
        // A statement each: the bytes of several might be more than the server takes at a time (max_allowed_packet).
        foreach (var report in reports)
        {
            await using var insert = connection.CreateCommand();
            await new SqlBatch(insert)
                .Sql(begin)
                .Sql(
                    "INSERT INTO inbound_reports(id,email_id,tenant_id,kind,state,received_at,due_at,tries,remote_address,recipient,raw,summary)"
                )
                .Sql(" VALUES ")
                .Row(isFirst: true)
                .Value(report.Id)
                .Value(report.EmailId)
                .Value(report.TenantId)
                .Value(report.Kind)
                .Value((long)report.State)
                .Value(report.ReceivedAt)
                .Value(report.DueAt)
                .Value(report.Tries)
                .Value(report.RemoteAddress)
                .Value(report.Recipient)
                .Value(report.Raw)
                .Value(report.Summary)
                .EndRows()
                .ExecuteAsync(cancellationToken);
            begin = "";
        }
        await using var commit = connection.CreateCommand();
        commit.CommandText = "COMMIT";
        await commit.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes due reports for the length of <see cref="Lease"/>, oldest first.</summary>
    public async Task<IReadOnlyList<ClaimedReport>> ClaimAsync(
        DbConnection connection,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!await IsAnyDueAsync(connection, now, cancellationToken))
            return [];
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        var reports = await LockAsync(connection, now, cancellationToken);
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command);
        if (reports.Count > 0)
            batch
                .Sql($"UPDATE inbound_reports SET tries=tries+1,due_at={(now + Lease).ToUnixTimeMilliseconds()} WHERE id IN ")
                .Ids(reports.Select(r => r.Id))
                .Sql(";");
        await batch.Sql("COMMIT").ExecuteAsync(cancellationToken);
        return reports;
    }

    /// <summary>Those of the emails that exist.</summary>
    public static async Task<IReadOnlyDictionary<Guid, ReportedEmail>> EmailsAsync(
        DbConnection connection,
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancellationToken
    )
    {
        var emails = new Dictionary<Guid, ReportedEmail>();
        if (ids.Count == 0)
            return emails;
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT id,tenant_id,EXISTS(SELECT 1 FROM events v WHERE v.email_id=e.id AND v.type='spam_report')")
            .Sql(" FROM emails e WHERE id IN ")
            .Ids(ids)
            .Sql($" AND recipient<>'{Erased.Address}'")
            .ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            emails[rows.GetId(0)] = new ReportedEmail(rows.GetId(1), rows.GetInt64(2) != 0);
        return emails;
    }

    /// <summary>Writes down what came of claimed reports. Whoever claimed them in the meantime comes to the same end.</summary>
    public async Task SettleAsync(DbConnection connection, IReadOnlyCollection<SettledReport> reports, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql(database.Dialect.Begin);
        foreach (var report in reports)
        {
            batch
                .Sql($"UPDATE inbound_reports SET state={(int)report.State},due_at=")
                .Alone()
                .Value(report.DueAt)
                .Sql(",kind=")
                .Alone()
                .Value(report.Kind)
                // What the return path names stays, also when the mail says nothing.
                .Sql(",email_id=COALESCE(")
                .Alone()
                .Value(report.EmailId)
                .Sql(",email_id)")
                .Sql(",tenant_id=")
                .Alone()
                .Value(report.TenantId)
                .Sql(",summary=")
                .Alone()
                .Value(report.Summary)
                .Sql(" WHERE id=")
                .Id(report.Id)
                // What comes in about a person who was erased is not kept.
                .Sql("; UPDATE inbound_reports SET raw=x'',summary=NULL WHERE id=")
                .Id(report.Id)
                .Sql(
                    $" AND email_id IN (SELECT e.id FROM emails e WHERE e.recipient='{Erased.Address}' AND e.id=inbound_reports.email_id);"
                );
        }
        await batch.Sql("COMMIT").ExecuteAsync(cancellationToken);
    }

    /// <summary>Deletes up to <see cref="MaxForgotten"/> reports that are older and settled; answers how many.</summary>
    public async Task<int> ForgetAsync(DbConnection connection, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        await using (var find = connection.CreateCommand())
        {
            find.CommandText =
                $"SELECT id FROM inbound_reports WHERE received_at<{before.ToUnixTimeMilliseconds()} AND state<>{(int)ReportState.Pending} ORDER BY received_at LIMIT {MaxForgotten}";
            await using var rows = await find.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                ids.Add(rows.GetId(0));
        }
        if (ids.Count == 0)
            return 0;
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        return await new SqlBatch(command).Sql("DELETE FROM inbound_reports WHERE id IN ").Ids(ids).ExecuteAsync(cancellationToken);
    }

    /// <summary>Most reports that one statement deletes.</summary>
    public const int MaxForgotten = 200;

    // Without a lock and without a turn: nearly always there is nothing.
    private static async Task<bool> IsAnyDueAsync(DbConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT 1 FROM inbound_reports WHERE {Due(now)} LIMIT 1";
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private async Task<List<ClaimedReport>> LockAsync(DbConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql(database.Dialect.Begin)
            .Sql($"SELECT id,recipient,raw,received_at,tries FROM inbound_reports WHERE {Due(now)} ORDER BY due_at LIMIT {MaxClaim}")
            .Sql(database.Dialect.ForUpdateSkipLocked)
            .ReadAsync(cancellationToken);
        var reports = new List<ClaimedReport>();
        while (await rows.ReadAsync(cancellationToken))
            reports.Add(
                new ClaimedReport(
                    rows.GetId(0),
                    rows.GetString(1),
                    rows.GetFieldValue<byte[]>(2),
                    rows.GetMoment(3)!.Value,
                    rows.GetInt32(4) + 1
                )
            );
        return reports;
    }

    private static string Due(DateTimeOffset now) => $"state={(int)ReportState.Pending} AND due_at<={now.ToUnixTimeMilliseconds()}";
}
