using System.Globalization;
using System.Text.RegularExpressions;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Why an email did not arrive, made of what a report says; what it means is decided where replies are, in <see cref="ReplyVerdict"/>.</summary>
internal sealed partial record Diagnosis(BounceClass Class, string? Status, string Reason)
{
    private const int LongestRead = 4000;

    /// <summary>Whether a server's reply was found.</summary>
    public bool HasCode { get; private init; }

    /// <param name="status">The field Status.</param>
    /// <param name="said">A server's reply, or words.</param>
    /// <param name="text">The part for humans. Some servers tell only there at which step they were refused.</param>
    public static Diagnosis Of(string? status, string said, string text)
    {
        said = said.Length > LongestRead ? said[..LongestRead] : said;
        var reply = ReplyPattern().Match(said);
        var (code, inReply) = reply.Success ? (NumberIn(reply.Groups["code"]), TextIn(reply.Groups["status"])) : (null, null);
        var known = inReply ?? StatusIn(status) ?? StatusIn(said);
        var words = reply.Success ? Unwrapped(said[reply.Index..], reply.Value) : said;
        var answer = new Answer.Reply(StepIn(said, text), code ?? CodeOf(known), known is null ? words : $"{known} {words}");
        return new Diagnosis(ClassOf(answer), known, Worded(answer, code, known)) { HasCode = code is not null };
    }

    private static BounceClass ClassOf(Answer.Reply answer) =>
        ReplyVerdict.Of(answer) switch
        {
            Verdict.Bounced bounced => bounced.Class,
            // A server on the way gave up what it should have tried again.
            _ => BounceClass.Soft,
        };

    // Without a reply the status speaks; without both no more than "failed" is known, so the code is one that means nothing.
    private static int CodeOf(string? status) => status?[0] == '4' ? 400 : 500;

    private static string Worded(Answer.Reply answer, int? code, string? status) =>
        code is { } known ? $"{known.ToString(CultureInfo.InvariantCulture)} {answer.Text}"
        : answer.Text.Length > 0 ? answer.Text
        : status ?? "No reason given";

    // A refusal of our sender or of the content says nothing about the recipient.
    private static SmtpStep StepIn(string said, string text)
    {
        if (Speaks(said, text, "in reply to MAIL FROM") || Speaks(said, text, "after MAIL FROM"))
            return SmtpStep.Mail;
        if (Speaks(said, text, "in reply to end of DATA") || Speaks(said, text, "after end of data"))
            return SmtpStep.Acceptance;
        return SmtpStep.Recipient;
    }

    private static bool Speaks(string said, string text, string words) =>
        said.Contains(words, StringComparison.OrdinalIgnoreCase) || text.Contains(words, StringComparison.OrdinalIgnoreCase);

    // The lines of a reply arrive joined: "550-5.1.1 The account 550-5.1.1 does not exist".
    private static string Unwrapped(string reply, string start) =>
        reply[start.Length..].Replace(start.TrimEnd(), "", StringComparison.Ordinal).Trim();

    private static string? StatusIn(string? text) => text is null ? null : TextIn(StatusPattern().Match(text).Groups["status"]);

    private static string? TextIn(Group group) => group.Success ? group.Value : null;

    private static int? NumberIn(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // RFC 5321 §4.2, with the status of RFC 2034 §4 when there is one. Fits at most a dozen characters, so it takes no more than a pass.
    [GeneratedRegex(
        @"(?<![\w.:#-])(?<code>[45][0-57]\d)[ -]+(?:#?(?<status>[45]\.\d{1,3}\.\d{1,3})(?!\.?\d)[ :-]*)?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex ReplyPattern();

    [GeneratedRegex(@"(?<![\w.])(?<status>[45]\.\d{1,3}\.\d{1,3})(?!\.?\d)", RegexOptions.CultureInvariant)]
    private static partial Regex StatusPattern();
}
