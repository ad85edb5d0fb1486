using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// Takes addresses out of what is kept of mail to other people that says them: answers of servers and links that were clicked quote the mail; a report that came
/// back about it has all of it, so only what came of the report is kept.
/// </summary>
public sealed class ErasedQuotes(SmallSteps steps, ErasedTraces traces)
{
    /// <param name="emails">To other people; they have ended.</param>
    public async Task RunAsync(IReadOnlyList<Guid> emails, Redaction redaction, ErasureCounts counts, CancellationToken cancellationToken)
    {
        foreach (var some in emails.Chunk(SmallSteps.MaxRows))
        {
            await traces.DeleteMailAsync(some, cancellationToken);
            counts.Add("inbound_reports", await EmptyReportsAsync(some, cancellationToken));
            foreach (var (table, id, number, column) in Quoting)
                counts.Add(table, await EraseAsync(table, id, number, column, some, redaction, cancellationToken));
            counts.Add("suppressions", await EraseReasonsAsync(some, redaction, cancellationToken));
        }
    }

    private static readonly (string Table, string Id, string Number, string Column)[] Quoting =
    [
        ("emails", "id", "attempts", "last_reply"),
        ("attempts", "email_id", "number", "reply"),
        ("events", "email_id", "number", "reason"),
        ("events", "email_id", "number", "data"),
    ];

    private Task<int> EmptyReportsAsync(IReadOnlyCollection<Guid> emails, CancellationToken cancellationToken) =>
        steps.WriteAsync(
            batch => batch.Sql("UPDATE inbound_reports SET raw=X'',summary=NULL WHERE raw<>X'' AND email_id IN ").Ids(emails).Sql(";"),
            cancellationToken
        );

    // A list says why an address is on it in the words of the server that refused the mail.
    private async Task<int> EraseReasonsAsync(IReadOnlyCollection<Guid> emails, Redaction redaction, CancellationToken cancellationToken)
    {
        var recipients = await steps.ReadAsync(
            batch => batch.Sql("SELECT tenant_id,recipient FROM emails WHERE id IN ").Ids(emails),
            row => (Tenant: row.GetId(0), Key: SuppressedAddress.IdOf(row.GetString(1))),
            cancellationToken
        );
        var erased = 0;
        foreach (var ofTenant in recipients.GroupBy(r => r.Tenant, r => r.Key))
        {
            var reasons = await steps.ReadAsync(
                batch =>
                    batch
                        .Sql("SELECT address_key,list,reason FROM suppressions WHERE reason IS NOT NULL AND tenant_id=")
                        .Id(ofTenant.Key)
                        .Sql(" AND address_key IN ")
                        .Ids(ofTenant.Distinct()),
                row => (Key: row.GetId(0), List: row.GetInt32(1), Reason: row.GetString(2)),
                cancellationToken
            );
            foreach (var (key, list, reason) in reasons.Where(r => redaction.Finds(r.Reason)))
                erased += await steps.WriteAsync(
                    batch =>
                        batch
                            .Sql("UPDATE suppressions SET reason=")
                            .Text(redaction.Text(reason))
                            .Sql(" WHERE tenant_id=")
                            .Id(ofTenant.Key)
                            .Sql(" AND address_key=")
                            .Id(key)
                            .Sql($" AND list={list};"),
                    cancellationToken
                );
        }
        return erased;
    }

    private async Task<int> EraseAsync(
        string table,
        string id,
        string number,
        string column,
        IReadOnlyCollection<Guid> emails,
        Redaction redaction,
        CancellationToken cancellationToken
    )
    {
        var erased = 0;
        var (lastEmail, lastNumber) = (Guid.Empty, -1);
        while (await RowsAsync() is { Count: > 0 } rows)
        {
            (lastEmail, lastNumber, _) = rows[^1];
            var quoting = rows.Where(row => redaction.Finds(row.Text)).ToList();
            if (quoting.Count > 0)
                erased += await steps.WriteAsync(batch => quoting.ForEach(row => Write(batch, row)), cancellationToken);
        }
        return erased;

        Task<List<(Guid Email, int Number, string Text)>> RowsAsync() =>
            steps.ReadAsync(
                batch =>
                    batch
                        .Sql($"SELECT {id},{number},{column} FROM {table} WHERE {column} IS NOT NULL AND {id} IN ")
                        .Ids(emails)
                        .Sql($" AND ({id}>")
                        .Id(lastEmail)
                        .Sql($" OR {id}=")
                        .Id(lastEmail)
                        .Sql($" AND {number}>{lastNumber}) ORDER BY {id},{number} LIMIT {SmallSteps.MaxRows}"),
                row => (row.GetId(0), row.GetInt32(1), row.GetString(2)),
                cancellationToken
            );

        void Write(SqlBatch batch, (Guid Email, int Number, string Text) row) =>
            batch
                .Sql($"UPDATE {table} SET {column}=")
                .Text(column == "data" ? redaction.Json(row.Text)! : redaction.Text(row.Text))
                .Sql($" WHERE {id}=")
                .Id(row.Email)
                .Sql($" AND {number}={row.Number};");
    }
}
