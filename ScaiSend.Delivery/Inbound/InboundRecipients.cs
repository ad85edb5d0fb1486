using ScaiSend.Platform;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Tenancy;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// Which recipients are ours: return paths and unsubscribe mailboxes that we have made, the address for complaints, and the two for people. Nothing is ever passed on, so there is
/// nobody else to take mail for.
/// </summary>
public sealed class InboundRecipients(
    ReturnPathDomain domain,
    ReturnPaths returnPaths,
    UnsubscribeMailboxes unsubscribes,
    string feedbackAddress
) : IMailboxFilter
{
    /// <summary>A report is about one mail, and so comes to one address.</summary>
    public const int MaxRecipients = 10;

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken)
    {
        context.Properties[Accepted] = 0;
        return Task.FromResult(true);
    }

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
    {
        // Tenants have return paths of their own, whose local parts prove themselves.
        if (!domain.Is(to.Host) && !(IsOfTenants(to.Host) && EmailOf(to.User) is not null))
            throw Refused(SmtpReplyCode.MailboxUnavailable, "5.7.1 We do not relay");
        if (!IsForPeople(to.User) && !IsForComplaints(to.User) && EmailOf(to.User) is null)
            throw Refused(SmtpReplyCode.MailboxUnavailable, "5.1.1 No such address");
        var accepted = (int)context.Properties[Accepted] + 1;
        if (accepted > MaxRecipients)
            throw Refused(SmtpReplyCode.InsufficientStorage, "4.5.3 Too many recipients");
        context.Properties[Accepted] = accepted;
        return Task.FromResult(true);
    }

    /// <summary>The email that a return path or an unsubscribe mailbox of ours names.</summary>
    public Guid? EmailOf(string localPart) =>
        returnPaths.TryReadLocalPart(localPart, out var emailId) || unsubscribes.TryReadLocalPart(localPart, out emailId, out _)
            ? emailId
            : null;

    // RFC 5321 §4.5.1 asks for postmaster, in any case of letters.
    public static bool IsForPeople(string localPart) =>
        localPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase) || localPart.Equals("abuse", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfTenants(string host) => host.StartsWith(ExpectedRecords.ReturnPathHost(""), StringComparison.OrdinalIgnoreCase);

    private bool IsForComplaints(string localPart) => localPart.Equals(feedbackAddress, StringComparison.OrdinalIgnoreCase);

    private const string Accepted = "ScaiSend:Recipients";

    private static SmtpResponseException Refused(SmtpReplyCode code, string text) => new(new SmtpResponse(code, text));
}
