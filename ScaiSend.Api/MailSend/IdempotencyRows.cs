using System.Data.Common;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// Idempotency records in the accepting transaction. The primary key decides who is first, also between processes: who comes second waits for the
/// first one's commit, finds its record, and adds nothing.
/// </summary>
internal static class IdempotencyRows
{
    // MySQL assigns from left to right, and whether a record is dead is read from created_at.
    private static readonly string[] Replaced = ["request_hash", "message_ids", "created_at"];

    /// <summary>Begins the transaction and claims the mails' keys; each mail that is not its key's first gets the first one's answer.</summary>
    public static async Task BeginAndClaimAsync(
        SqlDialect dialect,
        DbConnection connection,
        IEnumerable<AcceptedMail> mails,
        CancellationToken cancellationToken
    )
    {
        // One order for all, so that two transactions with the same keys do not meet crosswise.
        var keyed = mails.Where(mail => mail.Key is not null).OrderBy(mail => mail.TenantId).ThenBy(KeyOf, StringComparer.Ordinal).ToList();
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql(dialect.Begin);
        AddRecords(batch, dialect, keyed);
        AddReading(batch, keyed);
        await using var rows = await batch.ReadAsync(cancellationToken);
        var answers = new Dictionary<(Guid, string), FirstAnswer>();
        while (await rows.ReadAsync(cancellationToken))
            answers.Add(
                (rows.GetId(0), Convert.ToHexString(rows.GetFieldValue<byte[]>(1))),
                FirstAnswer.Of(rows.GetFieldValue<byte[]>(2), rows.GetFieldValue<byte[]>(3))
            );
        foreach (var mail in keyed)
        {
            var answer = answers[(mail.TenantId, KeyOf(mail))];
            mail.Earlier = answer.MessageIds[0] == mail.Messages[0].Id ? null : answer;
        }
    }

    // A living record stays as it is; a dead one takes the new values.
    private static void AddRecords(SqlBatch batch, SqlDialect dialect, List<AcceptedMail> mails)
    {
        batch.Sql("INSERT INTO idempotency_records (tenant_id,key_hash,request_hash,message_ids,created_at) VALUES ");
        for (var i = 0; i < mails.Count; i++)
            batch
                .Row(i == 0)
                .Value(mails[i].TenantId)
                .Value(mails[i].Key!.KeyHash)
                .Value(mails[i].Key!.RequestHash)
                .Value(FirstAnswer.Pack(mails[i].Messages.Select(m => m.Id)))
                .Value(mails[i].AcceptedAt);
        var isDead = $"idempotency_records.created_at<={(mails[0].AcceptedAt - IdempotencyKey.Lives).ToUnixTimeMilliseconds()}";
        batch.EndRows().Sql(dialect.OnConflictUpdateIf(isDead, "tenant_id,key_hash", Replaced)).Sql(";");
    }

    private static void AddReading(SqlBatch batch, List<AcceptedMail> mails)
    {
        batch.Sql("SELECT tenant_id,key_hash,request_hash,message_ids FROM idempotency_records WHERE ");
        for (var i = 0; i < mails.Count; i++)
            // Hashes are ours, so they may stand as literals.
            batch.Sql(i == 0 ? "tenant_id=" : " OR tenant_id=").Id(mails[i].TenantId).Sql($" AND key_hash=x'{KeyOf(mails[i])}'");
    }

    private static string KeyOf(AcceptedMail mail) => Convert.ToHexString(mail.Key!.KeyHash);
}
