using ScaiSend.Contracts.Messages;

namespace ScaiSend.Processing.Rendering;

/// <summary>All addresses of one email, each fit for the wire.</summary>
internal sealed record Envelope(
    Mailbox Recipient,
    Mailbox From,
    IReadOnlyList<Mailbox> To,
    IReadOnlyList<Mailbox> Cc,
    IReadOnlyList<Mailbox> ReplyTo
)
{
    public string SigningDomain => From.Domain.ToLowerInvariant();

    public bool NeedsSmtpUtf8 =>
        Recipient.NeedsSmtpUtf8 || From.NeedsSmtpUtf8 || To.Any(NeedsUtf8) || Cc.Any(NeedsUtf8) || ReplyTo.Any(NeedsUtf8);

    /// <summary>Reads them; null when one is impossible. Blind copies are read by nobody but their own recipient's email.</summary>
    public static Envelope? Of(EmailToRender email) =>
        Mailbox.Read(email.Recipient, name: null) is { } recipient
        && Mailbox.Read(email.Sender.Email, email.Sender.Name) is { } from
        && Read(email.Personalization.To) is { } to
        && Read(email.Personalization.Cc) is { } cc
        && Read(email.Content.ReplyTo) is { } replyTo
            ? new Envelope(recipient, from, to, cc, replyTo)
            : null;

    private static Mailbox[]? Read(IReadOnlyList<Address> addresses)
    {
        var mailboxes = new Mailbox[addresses.Count];
        for (var i = 0; i < mailboxes.Length; i++)
        {
            if (Mailbox.Read(addresses[i].Email, addresses[i].Name) is not { } mailbox)
            {
                return null;
            }
            mailboxes[i] = mailbox;
        }
        return mailboxes;
    }

    private static bool NeedsUtf8(Mailbox mailbox) => mailbox.NeedsSmtpUtf8;
}
