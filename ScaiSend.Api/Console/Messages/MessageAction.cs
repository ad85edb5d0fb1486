using ScaiSend.Api.Authentication;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.Api.Console.Messages;

/// <summary>Something that somebody may do about a message: each has a page that says what will happen, and a form that does it.</summary>
/// <param name="Word">In the path.</param>
/// <param name="Scope">That of the API's endpoint for it.</param>
/// <param name="AuditName">In the audit log.</param>
/// <param name="Takes">The emails that it would be done to.</param>
public sealed record MessageAction(
    string Word,
    string Title,
    string Does,
    string Done,
    string Scope,
    string AuditName,
    Func<Email, DateTimeOffset, bool> Takes
)
{
    /// <summary>What the saga is asked; null where it is not the saga's.</summary>
    public Func<Guid, EmailFact>? Wish { get; init; }

    public static MessageAction Retry { get; } =
        new(
            "retry",
            "Try it now",
            "is tried at once instead of at its next time. What a server has taken is not sent again.",
            "It is tried now.",
            Scopes.MailSend,
            "message_retry",
            Wishes.CanRetry
        )
        {
            Wish = id => new RetryRequested(id),
        };

    public static MessageAction Cancel { get; } =
        new(
            "cancel",
            "Cancel it",
            "is withdrawn and never sent. It cannot be taken back; the mail can be sent again as a new one.",
            "It is cancelled.",
            Scopes.MailCancel,
            "message_cancel",
            (email, _) => Wishes.CanEnd(email)
        )
        {
            Wish = id => new CancelRequested(id),
        };

    public static MessageAction Fail { get; } =
        new(
            "fail",
            "Give up",
            "ends as failed, and webhooks are told that it was dropped. It cannot be taken back.",
            "It is given up.",
            Scopes.MailSend,
            "message_fail",
            (email, _) => Wishes.CanEnd(email)
        )
        {
            Wish = id => new FailRequested(id),
        };

    public static MessageAction Unlist { get; } =
        new(
            "unlist",
            "Take off the list",
            "can get mail again. This message stays as it is; send it again afterwards.",
            "The address is off the list. You can send the mail again now.",
            Scopes.SuppressionsWrite,
            "suppression_remove",
            (email, _) => email.State is EmailStatus.Bounced or EmailStatus.Dropped
        );

    public static MessageAction Again { get; } =
        new(
            "again",
            "Send again",
            "gets the same mail as a new message, now. Lists of addresses that get no mail hold for it as for any other.",
            "It is sent again. This is the new message.",
            Scopes.MailSend,
            "message_resend",
            // What was played must not become real.
            (email, _) =>
                email.State is EmailStatus.Bounced or EmailStatus.Failed or EmailStatus.Dropped or EmailStatus.Cancelled
                && !email.Marks.HasFlag(EmailMarks.Simulated)
        );

    public static IReadOnlyList<MessageAction> All { get; } = [Unlist, Again, Retry, Cancel, Fail];

    /// <summary>Whether it can be done to any of the emails.</summary>
    public bool IsPossible(Message message, IEnumerable<Email> emails, DateTimeOffset now) =>
        (this != Again || message.BodyDeletedAt is null) && emails.Any(email => Takes(email, now));
}
