namespace ScaiSend.Delivery.Inbound;

/// <summary>Reads bounces in plain words, from servers that never learned RFC 3464. Best effort.</summary>
internal static class Bounces
{
    // qmail's author promised these words: https://cr.yp.to/proto/qsbmf.txt
    private const string Qsbmf = "Hi. This is the";

    private static readonly string[] Daemons = ["mailer-daemon", "postmaster@", "mail delivery s"];

    private static readonly string[] Subjects =
    [
        "undeliver",
        "undelivered mail",
        "returned mail",
        "mail delivery failed",
        "mail delivery failure",
        "mail delivery system",
        "mail system error",
        "delivery failure",
        "delivery failed",
        "delivery status notification",
        "delivery has failed",
        "delivery notification",
        "failure notice",
        "message delivery failure",
        "unzustellbar",
        "nicht zustellbar",
        "warning: message",
        "warning: could not send",
    ];

    private static readonly string[] StillTrying =
    [
        "delayed",
        "not yet been delivered",
        "will continue to",
        "will be retried",
        "still being retried",
        "will keep trying",
        "no action is required",
        "do not need to resend",
        "will retry",
        "temporary problem",
        "(delay)",
    ];

    private static readonly string[] GivenUp = ["permanent", "given up", "giving up", "failed", "could not be delivered"];

    // Words that a failure has and a notice of another kind has not.
    private static readonly string[] Failure =
    [
        .. GivenUp,
        "undeliver",
        "unknown",
        "rejected",
        "refused",
        "no such",
        "not exist",
        "not found",
        "disabled",
        "quota",
        "mailbox full",
        "mailbox is full",
        "zustell",
    ];

    // What follows is our own mail.
    private static readonly string[] Quotes =
    [
        "--- Below this line is a copy",
        "------ This is a copy",
        "--- The following is a copy",
        "----- Original message",
        "-----Original Message",
        "--- Original message",
        "----- Message header follows",
        "\nReturn-Path:",
        "\nReceived:",
    ];

    public static bool IsBounce(ReportMail mail) =>
        NamesRecipients(mail)
        || IsQsbmf(mail.Text)
        || (IsFromDaemon(mail) && !AutoReplies.SaysSo(mail))
        || (Begins(mail.Subject, Subjects) && !AutoReplies.IsAutoReply(mail));

    public static Report Read(ReportMail mail, Guid emailId)
    {
        var text = BeforeQuote(mail.Text);
        var said = Said(text);
        var diagnosis = Diagnosis.Of(null, said, text);
        if (IsDelay(mail, text))
            return new Report.Delayed(emailId, diagnosis.Status, diagnosis.Reason, mail.Sender);
        return TellsOfFailure(mail, text, diagnosis)
            ? new Report.Failed(emailId, diagnosis.Class, diagnosis.Status, diagnosis.Reason, mail.Sender)
            : new Report.Unparseable("It looks like a bounce and tells of no failure");
    }

    // A daemon also says that a mail is held or was read; and people, too, write of mail that was not delivered.
    private static bool TellsOfFailure(ReportMail mail, string text, Diagnosis diagnosis) =>
        diagnosis.Status is not null
        || diagnosis.HasCode
        || NamesRecipients(mail)
        || IsQsbmf(mail.Text)
        || (IsFromDaemon(mail) && (Begins(mail.Subject, Subjects) || Holds(text, Failure)));

    private static bool NamesRecipients(ReportMail mail) => mail.Field("X-Failed-Recipients") is not null;

    private static bool IsQsbmf(string text) => text.AsSpan().TrimStart().StartsWith(Qsbmf, StringComparison.Ordinal);

    private static bool IsFromDaemon(ReportMail mail) => mail.Field("From") is { } from && Holds(from, Daemons);

    // Gmail names the recipients as failed while it still tries.
    private static bool IsDelay(ReportMail mail, string text) =>
        !IsQsbmf(text)
        && (Holds(mail.Subject, StillTrying) || (!NamesRecipients(mail) && Holds(text, StillTrying) && !Holds(text, GivenUp)));

    private static string BeforeQuote(string text)
    {
        foreach (var words in Quotes)
            if (text.IndexOf(words, StringComparison.OrdinalIgnoreCase) is >= 0 and var start)
                text = text[..start];
        return text;
    }

    // A preamble, then the address that failed, then why.
    private static string Said(string text)
    {
        var at = text.IndexOf('@');
        if (at < 0)
            return text;
        var end = text.IndexOf('\n', at);
        return end < 0 || string.IsNullOrWhiteSpace(text[end..]) ? text[(text.LastIndexOf('\n', at) + 1)..] : text[(end + 1)..];
    }

    private static bool Begins(string text, string[] words) =>
        Array.Exists(words, start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static bool Holds(string text, string[] words) =>
        Array.Exists(words, part => text.Contains(part, StringComparison.OrdinalIgnoreCase));
}
