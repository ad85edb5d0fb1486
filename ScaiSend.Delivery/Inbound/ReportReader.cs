using Microsoft.Extensions.Options;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// Says what a mail to a return path, an unsubscribe mailbox or a feedback address reports. It believes a mail only by a token of ours: in the recipient's
/// address or in what the mail quotes. It never throws, whatever the bytes; it stores and applies nothing.
/// </summary>
public sealed class ReportReader(ReturnPaths paths, UnsubscribeMailboxes unsubscribes, IOptions<InboundOptions> options)
{
    public Report Read(ReadOnlyMemory<byte> mail, string envelopeRecipient)
    {
        if (ReportMail.Parse(mail, out var why) is not { } parsed)
            return new Report.Unparseable(why);
        using (parsed)
        {
            try
            {
                if (unsubscribes.TryReadLocalPart(LocalPartOf(envelopeRecipient), out var unsubscribed, out var group))
                    return AutoReplies.IsAutoReply(parsed)
                        ? new Report.AutoReply(unsubscribed)
                        : new Report.Unsubscribe(unsubscribed, group);
                var emailId =
                    EmailOf(envelopeRecipient) ?? QuotedToken.Find(parsed.Head, paths) ?? QuotedToken.Find(parsed.Decoded(), paths);
                return Read(parsed, emailId, IsFeedback(envelopeRecipient));
            }
            // MimeKit decodes when asked, and nobody lists what it throws on hostile bytes. The mail is kept for inspection.
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                return new Report.Unparseable($"{ReportMail.ParserFailed}: {e.GetType().Name}");
            }
        }
    }

    private static Report Read(ReportMail mail, Guid? emailId, bool isFeedback)
    {
        // Feedback loops from before RFC 5965 forward the mail and say no more.
        var isForward = isFeedback && mail.IsForward && mail.Status is null;
        if (mail.Feedback is null && mail.Status is null && !isForward && !Bounces.IsBounce(mail))
            return AutoReplies.IsAutoReply(mail)
                ? new Report.AutoReply(emailId)
                : new Report.Unparseable("No report, no bounce and no automatic reply");
        if (emailId is not { } id)
            return new Report.Unparseable("A report without a token of ours");
        // The most formal comes first: a report in the format also looks like a bounce, and a bounce like an automatic reply.
        if (mail.Feedback is { } feedback)
            return FeedbackReport.Read(feedback, id);
        if (mail.Status is { } status && DeliveryStatus.Read(status, mail.Text, id) is { } report)
            return report;
        if (isForward)
            return new Report.Complaint(id, "abuse", mail.Sender);
        return Bounces.IsBounce(mail) ? Bounces.Read(mail, id) : new Report.Unparseable("A delivery status without an outcome");
    }

    private Guid? EmailOf(string address) => paths.TryReadLocalPart(LocalPartOf(address), out var emailId) ? emailId : null;

    private static string LocalPartOf(string address) => address.LastIndexOf('@') is >= 0 and var at ? address[..at] : address;

    private bool IsFeedback(string address) =>
        address.StartsWith("f+", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith(options.Value.FeedbackAddress + "@", StringComparison.OrdinalIgnoreCase);
}
