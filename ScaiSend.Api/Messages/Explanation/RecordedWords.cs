using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>What other stages write into rows for people, where nothing else in a row says it. Tests hold these words to the stages'.</summary>
public static class RecordedWords
{
    /// <summary>Of a failure that the sender asked for.</summary>
    public const string GivenUpAsAsked = "Given up at the sender's request";

    /// <summary>Instead of the words of whoever was erased.</summary>
    public const string Erased = Platform.Storage.Erasure.Erased.Text;

    private const string Suspended = "Mail to ";
    private const string IsSuspended = " is suspended: ";

    /// <summary>Whether the connection broke, or nothing came, when the whole content had been sent.</summary>
    public static bool IsBrokenAtItsEnd(EmailAttempt attempt) =>
        attempt is { ReplyCode: null, Step: "content", Reply: { } words } && words.Contains(EndOfContent, StringComparison.Ordinal);

    // As SmtpStep says it.
    private const string EndOfContent = "the end of the content";

    /// <summary>Whether it says that its destination is suspended.</summary>
    public static bool IsSuspension(string reason) =>
        reason.StartsWith(Suspended, StringComparison.Ordinal) && reason.Contains(IsSuspended, StringComparison.Ordinal);

    /// <summary>Whether it says so of this provider.</summary>
    public static bool IsSuspensionOf(string? reason, string provider) =>
        reason is not null && reason.StartsWith($"{Suspended}{provider}{IsSuspended}", StringComparison.Ordinal);

    /// <summary>Whether it is the reason of a bounce at the deadline.</summary>
    public static bool IsExpiry(string? reason) => reason is not null && reason.StartsWith("expired: ", StringComparison.Ordinal);

    public static bool IsTemplateError(string reason) => reason.StartsWith("Template Render Error", StringComparison.Ordinal);

    /// <summary>Of an attempt: DNS, not a server, gave no answer.</summary>
    public static bool IsDnsTrouble(string reply) => reply.Contains("DNS gave no answer for", StringComparison.Ordinal);

    /// <summary>Of an attempt: our own store gave no attachment.</summary>
    public static bool IsStoreTrouble(string reply) => reply.Contains("The blob store ", StringComparison.Ordinal);

    /// <summary>Of an attempt: a step took too long.</summary>
    public static bool IsSilence(string reply) => reply.Contains("No answer in time", StringComparison.Ordinal);

    /// <summary>Of a server's reply or of a rule's name.</summary>
    public static bool SpeaksOfGreylisting(string text) =>
        text.Contains("greylist", StringComparison.OrdinalIgnoreCase)
        || text.Contains("graylist", StringComparison.OrdinalIgnoreCase)
        || text.Contains("grey list", StringComparison.OrdinalIgnoreCase)
        || text.Contains("grey-list", StringComparison.OrdinalIgnoreCase);
}
