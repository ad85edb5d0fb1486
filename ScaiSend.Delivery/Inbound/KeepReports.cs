using System.Buffers;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Reports;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// Stores the mails that come in, unread.
/// Guarantee: 250 is said only after the commit. Whatever goes wrong before it is answered 451, so that the sender keeps the mail and tries again.
/// </summary>
public sealed class KeepReports(StoredReports reports, InboundRecipients recipients, TimeProvider time, ILogger<KeepReports> log)
    : MessageStore
{
    /// <summary>How long storing may take; then the sender had better come again.</summary>
    public static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(15);

    private static readonly SmtpResponse Stored = new(SmtpReplyCode.Ok, "2.0.0 Stored");
    private static readonly SmtpResponse NotStored = new(SmtpReplyCode.Aborted, "4.3.0 Cannot be stored now, try again later");

    public override async Task<SmtpResponse> SaveAsync(
        ISessionContext context,
        IMessageTransaction transaction,
        ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        // The package cuts off the last line's end, which belongs to the mail (RFC 5321 §4.1.1.4).
        byte[] raw = [.. buffer.ToArray(), .. "\r\n"u8];
        var from = (string)context.Properties[InboundListener.RemoteAddress];
        // Not the session's token: what is being stored may be stored to the end.
        using var limit = new CancellationTokenSource(StoreLimit);
        try
        {
            await reports.AddAsync([.. transaction.To.Select(to => ReportTo(to, raw, from))], limit.Token);
            return Stored;
        }
        // Whatever it is, it is our trouble, and no reason for the sender to give the report up.
        catch (Exception e)
        {
            log.LogWarning("A report could not be stored; its sender was asked to try again: {Reason}", e.Message);
            return NotStored;
        }
    }

    private InboundReport ReportTo(IMailbox to, byte[] raw, string from)
    {
        var isLetter = InboundRecipients.IsForPeople(to.User);
        var now = time.GetUtcNow();
        return new InboundReport
        {
            Id = Ids.New(time),
            EmailId = recipients.EmailOf(to.User),
            Kind = isLetter ? ReportKind.Letter : null,
            State = isLetter ? ReportState.Ignored : ReportState.Pending,
            ReceivedAt = now,
            DueAt = isLetter ? null : now,
            RemoteAddress = from,
            Recipient = to.AsAddress(),
            Raw = raw,
            Summary = isLetter ? "Mail for people; nothing acts on it" : null,
        };
    }
}
