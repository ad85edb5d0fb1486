using System.Data.Common;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.MailSend;

/// <summary>The accepting transaction: the rows of all waiting requests in one round trip.</summary>
internal static class AcceptedRows
{
    /// <summary>Whether the group is committed: any of its rows stands for all. A mail that was not its key's first has none.</summary>
    public static async Task<bool> ExistAsync(DbConnection connection, IEnumerable<AcceptedMail> mails, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT 1 FROM contents WHERE id IN ")
            .Ids(mails.Select(mail => mail.ContentId))
            .Sql(" LIMIT 1")
            .ReadAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken);
    }

    public static async Task InsertAndCommitAsync(
        SqlDialect dialect,
        Writer writer,
        IReadOnlyList<AcceptedMail> mails,
        CancellationToken cancellationToken
    )
    {
        var connection = writer.Connection;
        var hasKeys = mails.Any(mail => mail.Key is not null);
        if (hasKeys)
        {
            await IdempotencyRows.BeginAndClaimAsync(dialect, connection, mails, cancellationToken);
            mails = [.. mails.Where(mail => mail.Earlier is null)];
        }
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql(hasKeys ? "" : dialect.Begin);
        if (mails.Count > 0)
        {
            AddContents(batch, mails);
            AddMessages(batch, mails);
            AddEmails(batch, mails);
        }
        await batch.Sql("COMMIT").ExecuteAsync(cancellationToken);
    }

    private static void AddContents(SqlBatch batch, IReadOnlyList<AcceptedMail> mails)
    {
        batch.Sql("INSERT INTO contents (id,tenant_id,body,blob_key) VALUES ");
        for (var i = 0; i < mails.Count; i++)
            batch.Row(i == 0).Value(mails[i].ContentId).Value(mails[i].TenantId).Value(mails[i].Content).Value(mails[i].BlobKey);
        batch.EndRows().Sql(";");
    }

    private static void AddMessages(SqlBatch batch, IReadOnlyList<AcceptedMail> mails)
    {
        batch.Sql(
            "INSERT INTO messages (id,tenant_id,content_id,from_email,from_name,subject,to_emails,categories,custom_args,personalization,batch_id,template_id,is_sandbox,settings,send_at,created_at) VALUES "
        );
        var isFirst = true;
        foreach (var mail in mails)
        foreach (var message in mail.Messages)
        {
            batch
                .Row(isFirst)
                .Value(message.Id)
                .Value(mail.TenantId)
                .Value(mail.ContentId)
                .Value(message.From.Email)
                .Value(message.From.Name)
                .Value(message.Subject)
                .Value(message.ToEmails)
                .Value(message.Categories)
                .Value(message.CustomArgs)
                .Value(message.Personalization)
                .Value(message.BatchId)
                .Value(message.TemplateId)
                .Value(message.IsSandbox ? 1 : 0)
                .Value(message.Settings)
                .Value(message.SendAt)
                .Value(message.CreatedAt);
            isFirst = false;
        }
        batch.EndRows().Sql(";");
    }

    private static void AddEmails(SqlBatch batch, IReadOnlyList<AcceptedMail> mails)
    {
        var emails = mails
            .SelectMany(mail => mail.Messages.SelectMany(m => m.Emails.Select(e => (mail.TenantId, m.CreatedAt, Email: e))))
            .ToList();
        if (emails.Count == 0)
            return;
        batch.Sql(
            "INSERT INTO emails (id,tenant_id,message_id,recipient,state,lane,version,due_at,deadline_at,starts_at,created_at,attempts,events) VALUES "
        );
        for (var i = 0; i < emails.Count; i++)
        {
            var (tenantId, createdAt, email) = emails[i];
            batch
                .Row(i == 0)
                .Value(email.Id)
                .Value(tenantId)
                .Value(email.MessageId)
                .Value(email.Recipient)
                .Value((long)EmailStatus.Queued)
                .Value((long)email.Lane)
                .Value(1)
                .Value(email.DueAt)
                .Value(email.DeadlineAt)
                .Value(email.StartsAt)
                .Value(createdAt)
                .Value(0)
                // The acceptance: this row is all that is kept of it.
                .Value(EmailEvent.Acceptance);
        }
        batch.EndRows().Sql(";");
        // A statement of its own, so that real mail pays nothing for it.
        if (emails.Exists(it => it.Email.IsSimulated))
            batch
                .Sql($"UPDATE emails SET marks={(int)EmailMarks.Simulated} WHERE id IN ")
                .Ids(emails.Where(it => it.Email.IsSimulated).Select(it => it.Email.Id))
                .Sql(";");
    }
}
