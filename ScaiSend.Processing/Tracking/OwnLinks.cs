using ScaiSend.Platform;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Processing.Rendering;

namespace ScaiSend.Processing.Tracking;

/// <summary>Makes the URLs and addresses of ours that mails carry.</summary>
public sealed class OwnLinks(TrackingTokens tokens, UnsubscribeMailboxes mailboxes, PublicUrl publicUrl, ReturnPathDomain domain)
{
    /// <summary>The beginning of our URLs.</summary>
    internal string Base { get; } = publicUrl.Of("");

    internal MailLinks In(EmailToRender email) => new(tokens, Base, email);

    /// <summary>Where a mail program unsubscribes by mail.</summary>
    internal string UnsubscribeMailbox(EmailToRender email) =>
        $"mailto:{mailboxes.LocalPartOf(email.EmailId, email.GroupId)}@{domain.Name}";
}
