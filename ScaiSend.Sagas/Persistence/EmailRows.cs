using System.Data.Common;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Sagas.Persistence;

/// <summary>The two round trips of a group of transitions: load and lock, then save everything and commit.</summary>
internal static class EmailRows
{
    private const string Changeable =
        "state,lane,version,due_at,deadline_at,ended_at,attempts,attempt_started_at,mail_key,last_reply,events,marks";
    private static readonly string[] ChangeableColumns = Changeable.Split(',');

    /// <summary>Begins a transaction, locks the rows (primary key, in its order, so that two groups cannot deadlock) and reads them.</summary>
    /// <returns>The sagas, and the revision of the endpoints that want to be told.</returns>
    public static async Task<(Dictionary<Guid, EmailState> Sagas, long Revision)> LoadForUpdateAsync(
        SqlDialect dialect,
        DbConnection connection,
        IEnumerable<Guid> ids,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command)
            .Sql(dialect.Begin)
            .Sql($"SELECT id,tenant_id,recipient,starts_at,{Changeable} FROM emails WHERE id IN ")
            .Ids(ids)
            // Of an erased email nothing is written down any more: no visit, no complaint, no suppression of its stand-in.
            .Sql($" AND recipient<>'{Erased.Address}' ORDER BY id")
            .Sql(dialect.ForUpdate)
            .Sql(";")
            .Sql(WebhookSubscriptions.Revision);
        await using var rows = await batch.ReadAsync(cancellationToken);
        var sagas = new Dictionary<Guid, EmailState>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var saga = Read(rows);
            sagas.Add(saga.CorrelationId, saga);
        }
        await rows.NextResultAsync(cancellationToken);
        return (sagas, await rows.ReadAsync(cancellationToken) ? rows.GetInt64(0) : 0);
    }

    /// <summary>Writes the changed sagas with their new events and attempts, and commits; all or nothing.</summary>
    public static async Task SaveAndCommitAsync(
        SqlDialect dialect,
        Writer writer,
        IReadOnlyList<EmailState> sagas,
        WebhookSubscriptions wanted,
        CancellationToken cancellationToken
    )
    {
        await using var command = writer.Connection.CreateCommand();
        var batch = new SqlBatch(command);
        if (sagas.Count > 0)
        {
            AddSagas(batch, dialect, sagas);
            EventRows.Add(batch, dialect, writer.Lane, [.. sagas.SelectMany(s => s.NewEvents)], wanted);
            AddAttempts(batch, [.. sagas.SelectMany(s => s.NewAttempts)]);
            AddSuppressions(batch, dialect, [.. sagas.SelectMany(s => s.NewSuppressions)]);
        }
        foreach (var saga in sagas)
            RemoveFromGroups(batch, saga);
        await batch.Sql("COMMIT").ExecuteAsync(cancellationToken);
    }

    // The rows exist and are locked, so this insert always updates; the other columns only satisfy NOT NULL.
    private static void AddSagas(SqlBatch batch, SqlDialect dialect, IReadOnlyList<EmailState> sagas)
    {
        batch.Sql($"INSERT INTO emails (id,tenant_id,message_id,recipient,starts_at,created_at,{Changeable}) VALUES ");
        for (var i = 0; i < sagas.Count; i++)
        {
            var saga = sagas[i];
            batch
                .Row(i == 0)
                .Value(saga.CorrelationId)
                .Value(saga.TenantId)
                .Value(Guid.Empty)
                .Sql(",''")
                .Value(0)
                .Value(0)
                .Value(saga.State)
                .Value((long)saga.Lane)
                .Value(saga.Version)
                .Value(saga.DueAt)
                .Value(saga.DeadlineAt)
                .Value(saga.EndedAt)
                .Value(saga.Attempts)
                .Value(saga.AttemptStartedAt)
                .Value(saga.MailKey)
                .Value(saga.LastReply)
                .Value(saga.Events)
                .Value((long)saga.Marks);
        }
        batch.EndRows().Sql(dialect.OnConflictUpdate("id", ChangeableColumns)).Sql(";");
    }

    private static void AddAttempts(SqlBatch batch, IReadOnlyList<EmailAttempt> attempts)
    {
        if (attempts.Count == 0)
            return;
        batch.Sql(
            "INSERT INTO attempts (email_id,number,tenant_id,started_at,duration_ms,mx_host,mx_address,tls,reply_code,enhanced_status_code,reply,provider,source,step,rule,tls_policy,certificate,outcome) VALUES "
        );
        for (var i = 0; i < attempts.Count; i++)
        {
            var a = attempts[i];
            batch
                .Row(i == 0)
                .Value(a.EmailId)
                .Value(a.Number)
                .Value(a.TenantId)
                .Value(a.StartedAt)
                .Value(a.DurationMs)
                .Value(a.MxHost)
                .Value(a.MxAddress)
                .Value(a.Tls)
                .Value(a.ReplyCode)
                .Value(a.EnhancedStatusCode)
                .Value(a.Reply)
                .Value(a.Provider)
                .Value(a.Source)
                .Value(a.Step)
                .Value(a.Rule)
                .Value(a.TlsPolicy)
                .Value(a.Certificate)
                .Value(a.Outcome);
        }
        batch.EndRows().Sql(";");
    }

    // In the transaction of the event that causes it.
    private static void AddSuppressions(SqlBatch batch, SqlDialect dialect, IReadOnlyList<Suppression> suppressions)
    {
        if (suppressions.Count > 0)
            SuppressionRows.AddOrReplace(batch, dialect, suppressions);
    }

    // By primary key: the recipient has changed its mind about one group.
    private static void RemoveFromGroups(SqlBatch batch, EmailState saga)
    {
        foreach (var group in saga.LeftGroups)
            batch
                .Sql("DELETE FROM suppressions WHERE tenant_id=")
                .Id(saga.TenantId)
                .Sql(" AND address_key=")
                .Id(SuppressedAddress.IdOf(saga.Recipient))
                .Sql($" AND list={(int)SuppressionList.Group} AND group_id={group};");
    }

    private static EmailState Read(DbDataReader row)
    {
        return new EmailState
        {
            CorrelationId = row.GetId(0),
            TenantId = row.GetId(1),
            Recipient = row.GetString(2),
            StartsAt = row.GetMoment(3)!.Value,
            State = row.GetInt32(4),
            Lane = (EmailLane)row.GetInt32(5),
            Version = row.GetInt32(6),
            DueAt = row.GetMoment(7),
            DeadlineAt = row.GetMoment(8)!.Value,
            EndedAt = row.GetMoment(9),
            Attempts = row.GetInt32(10),
            AttemptStartedAt = row.GetMoment(11),
            MailKey = row.IsDBNull(12) ? null : row.GetString(12),
            LastReply = row.IsDBNull(13) ? null : row.GetString(13),
            Events = row.GetInt32(14),
            Marks = (EmailMarks)row.GetInt32(15),
        };
    }
}
