using System.Globalization;
using ScaiSend.Api.Messages;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.Batches;

/// <summary>Counts a batch's messages by their public status, in one grouped query along the indexes of batch and message.</summary>
public sealed class BatchTotals(MailDatabase database)
{
    private const int Sandbox = 1000;
    private const int Lanes = 4;

    // A message has the status of that email of it which has the longest way to go, as in PublicStatus.OfMessage.
    private static readonly string Code =
        $"CASE WHEN m.is_sandbox THEN {Sandbox} ELSE MIN({Lanes}*CASE e.state "
        + string.Concat(
            PublicStatus.Order.Select((state, i) => string.Create(CultureInfo.InvariantCulture, $"WHEN {(int)state} THEN {i} "))
        )
        + "END+e.lane) END";

    /// <summary>How many messages have which status.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadAsync(Guid tenantId, string batchId, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql(
                $"SELECT t.code,COUNT(*) FROM (SELECT m.id,{Code} code FROM messages m LEFT JOIN emails e ON e.message_id=m.id WHERE m.tenant_id="
            )
            .Id(tenantId)
            .Sql(" AND m.batch_id=")
            .Text(batchId)
            .Sql(" GROUP BY m.id,m.is_sandbox) t GROUP BY t.code")
            .ReadAsync(cancellationToken);
        var totals = new Dictionary<string, long>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var status = Status(rows.IsDBNull(0) ? null : rows.GetInt32(0));
            totals[status] = totals.GetValueOrDefault(status) + rows.GetInt64(1);
        }
        return totals;
    }

    private static string Status(int? code) =>
        code switch
        {
            Sandbox => PublicStatus.Sandbox,
            { } some => PublicStatus.Of(PublicStatus.Order[some / Lanes], (EmailLane)(some % Lanes)),
            null => PublicStatus.Of(EmailStatus.Queued, EmailLane.Waiting),
        };
}
