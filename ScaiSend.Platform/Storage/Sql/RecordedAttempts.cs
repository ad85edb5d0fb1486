using System.Data.Common;
using System.Runtime.CompilerServices;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>An attempt that did not deliver, as it stands in the database.</summary>
/// <param name="Age">How long after acceptance (or <c>send_at</c>) it began.</param>
public sealed record RecordedAttempt(
    Guid EmailId,
    int Number,
    Guid TenantId,
    string? MxHost,
    int? ReplyCode,
    string Reply,
    string? Provider,
    string? Step,
    string Outcome,
    string Recipient,
    TimeSpan Age
);

/// <summary>Reads past attempts of all tenants, without the simulated ones, page by page along the primary key (email_id, number), so that nothing has to be sorted or kept.</summary>
public static class RecordedAttempts
{
    private const int PageSize = 1000;

    /// <summary>One page may have to pass over many attempts that are not asked for.</summary>
    private const int PageTimeoutSeconds = 300;

    /// <summary>Those that ended as deferred or refused since the moment.</summary>
    /// <param name="oldestEmail">No email that was accepted earlier can have been tried since: ids begin with their time.</param>
    public static async IAsyncEnumerable<RecordedAttempt> NotDeliveredSinceAsync(
        MailDatabase database,
        DateTimeOffset since,
        DateTimeOffset oldestEmail,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (emailId, number, read) = (Ids.FirstOf(oldestEmail), 0, PageSize);
        while (read == PageSize)
        {
            read = 0;
            await using var command = connection.CreateCommand();
            command.CommandTimeout = PageTimeoutSeconds;
            await using var rows = await new SqlBatch(command)
                .Sql(
                    "SELECT a.email_id,a.number,a.tenant_id,a.mx_host,a.reply_code,a.reply,a.provider,a.step,a.outcome,e.recipient,a.started_at-e.starts_at"
                )
                .Sql(" FROM attempts a JOIN emails e ON e.id=a.email_id WHERE a.email_id>=")
                .Id(emailId)
                .Sql(" AND (a.email_id>")
                .Id(emailId)
                .Sql($" OR a.number>{number}) AND a.started_at>={since.ToUnixTimeMilliseconds()}")
                .Sql(
                    $" AND (e.marks & {(int)EmailMarks.Simulated})=0 AND a.outcome IN ('deferred','bounce') ORDER BY a.email_id,a.number LIMIT {PageSize}"
                )
                .ReadAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var attempt = Read(rows);
                (emailId, number, read) = (attempt.EmailId, attempt.Number, read + 1);
                yield return attempt;
            }
        }
    }

    private static RecordedAttempt Read(DbDataReader row) =>
        new(
            row.GetId(0),
            row.GetInt32(1),
            row.GetId(2),
            TextOf(row, 3),
            row.IsDBNull(4) ? null : row.GetInt32(4),
            row.GetString(5),
            TextOf(row, 6),
            TextOf(row, 7),
            row.GetString(8),
            row.GetString(9),
            TimeSpan.FromMilliseconds(row.GetInt64(10))
        );

    private static string? TextOf(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
