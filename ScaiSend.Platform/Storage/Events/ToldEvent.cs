using System.Data.Common;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Events;

/// <summary>An event with all that a caller is told of it: of the event, its email and its message.</summary>
/// <param name="Data">JSON object; null when there is nothing to tell beside the reason.</param>
/// <param name="Categories">JSON array.</param>
/// <param name="CustomArgs">JSON object of texts; null when there are none.</param>
/// <param name="Settings">JSON of the request's settings; null when it had none.</param>
public sealed record ToldEvent(
    int Lane,
    long Position,
    Guid EmailId,
    int Number,
    Guid TenantId,
    string Type,
    DateTimeOffset At,
    string? Reason,
    string? Data,
    EventFlags Flags,
    Guid MessageId,
    string Recipient,
    string Categories,
    string? CustomArgs,
    string? Settings,
    string? TemplateId,
    DateTimeOffset? SendAt,
    string FromEmail
)
{
    /// <summary>The domain of the mail's Message-ID where it is not the sender's.</summary>
    public MessageIdDomain MessageIdDomain { get; init; } = OfSender;

    /// <summary>The Message-ID that the mail has.</summary>
    public string MessageIdHeader =>
        MessageIdDomain.IdOf(EmailId, MailDomain.ALabels(FromEmail[(FromEmail.LastIndexOf('@') + 1)..]) ?? "invalid");

    /// <summary>What <see cref="Read"/> reads, of <c>v</c> (events), <c>e</c> (emails) and <c>m</c> (messages).</summary>
    public const string Columns =
        "v.lane,v.position,v.email_id,v.number,v.tenant_id,v.type,v.at,v.reason,v.data,v.flags,e.message_id,e.recipient,m.categories,m.custom_args,m.settings,m.template_id,m.send_at,m.from_email";

    /// <summary>To follow <c>FROM events v</c> or something that has its columns.</summary>
    public const string Joins = " JOIN emails e ON e.id=v.email_id JOIN messages m ON m.id=e.message_id";

    public static ToldEvent Read(DbDataReader row) =>
        new(
            row.GetInt32(0),
            row.GetInt64(1),
            row.GetId(2),
            row.GetInt32(3),
            row.GetId(4),
            row.GetString(5),
            row.GetMoment(6)!.Value,
            Text(row, 7),
            Text(row, 8),
            (EventFlags)row.GetInt32(9),
            row.GetId(10),
            row.GetString(11),
            row.GetString(12),
            Text(row, 13),
            Text(row, 14),
            Text(row, 15),
            row.GetMoment(16),
            row.GetString(17)
        );

    private static readonly MessageIdDomain OfSender = new(Name: null);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
