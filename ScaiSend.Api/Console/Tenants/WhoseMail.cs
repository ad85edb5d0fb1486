using ScaiSend.Api.Console.Messages;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.Console.Tenants;

/// <summary>
/// Finds the tenants that wrote to an address, or whose a message is, for staff that was asked about a mail and knows no more. Tells of no mail more than that it is there, and when it came.
/// Looks once for each tenant at the end of an index, so its cost grows with the tenants and not with their mail.
/// </summary>
public sealed class WhoseMail(MailDatabase database)
{
    /// <summary>Most tenants that are told.</summary>
    public const int MaxShown = 50;

    /// <summary>The tenant with the newest mail first.</summary>
    /// <param name="text">A recipient's address, or an id as the search of messages takes it.</param>
    public async Task<IReadOnlyList<MailOfTenant>> FindAsync(string text, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await Query(new SqlBatch(command), text).ReadAsync(cancellationToken);
        var found = new List<MailOfTenant>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new MailOfTenant(rows.GetString(0), rows.GetString(1), rows.GetId(2)));
        return found;
    }

    private static SqlBatch Query(SqlBatch sql, string text) =>
        SearchedId.Read(text) switch
        {
            { MessageId: { } message } => sql.Sql(
                    "SELECT t.slug,t.name,m.id FROM messages m JOIN tenants t ON t.id=m.tenant_id WHERE t.deleted_at IS NULL AND m.id="
                )
                .Id(message),
            { EmailId: { } email } => sql.Sql(
                    "SELECT t.slug,t.name,e.message_id FROM emails e JOIN tenants t ON t.id=e.tenant_id WHERE t.deleted_at IS NULL AND e.id="
                )
                .Id(email),
            // The index emails (tenant_id, recipient, message_id), from its end.
            _ => sql.Sql(
                    "SELECT slug,name,newest FROM (SELECT t.slug,t.name,"
                        + "(SELECT e.message_id FROM emails e WHERE e.tenant_id=t.id AND e.recipient="
                )
                .Text(text)
                .Sql(" ORDER BY e.message_id DESC LIMIT 1) newest FROM tenants t WHERE t.deleted_at IS NULL) f")
                .Sql($" WHERE newest IS NOT NULL ORDER BY newest DESC LIMIT {MaxShown}"),
        };
}

/// <summary>A tenant that has mail of the kind.</summary>
/// <param name="NewestId">The id of the newest message.</param>
public sealed record MailOfTenant(string Slug, string Name, Guid NewestId)
{
    /// <summary>When it was accepted.</summary>
    public DateTimeOffset At => Ids.MomentOf(NewestId);
}
