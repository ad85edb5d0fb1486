using System.Globalization;
using System.Text;

namespace ScaiSend.Delivery.Sending;

/// <summary>What came back from the other side, or why nothing did. A closed choice; <see cref="ReplyVerdict"/> says what it means.</summary>
public abstract record Answer
{
    // AttemptReport keeps no more.
    private const int LongestText = 1000;

    private Answer(string text) => Text = Tidy(text);

    /// <summary>One line of at most 1,000 characters.</summary>
    public string Text { get; }

    /// <summary>RFC 5321 §4.2: a reply, and the step that it answers.</summary>
    public sealed record Reply(SmtpStep Step, int Code, string Lines) : Answer(Lines)
    {
        /// <summary>RFC 2034 §4: the code in front of the text, or qmail's (#5.1.1) behind it, when its class agrees with the reply's; else null.</summary>
        public string? EnhancedStatusCode { get; } = EnhancedIn(Code, Lines);
    }

    /// <summary>No usable reply.</summary>
    /// <param name="EnhancedStatusCode">RFC 3463: how we would have put it in a reply, where that is clear.</param>
    public sealed record Trouble(TroubleKind Kind, string Words, string? EnhancedStatusCode = null) : Answer(Words)
    {
        /// <summary>Whether it is about the way to one host, so that another host may do.</summary>
        public bool IsOfConnection => Kind is TroubleKind.Network or TroubleKind.TimedOut or TroubleKind.TlsTrouble or TroubleKind.NotSmtp;
    }

    private static string? EnhancedIn(int code, string text)
    {
        var end = text.AsSpan().IndexOfAny(" \r\n\t");
        return EnhancedOf(code, end < 0 ? text : text[..end]) ?? EnhancedBehind(code, text);
    }

    // qmail wrote codes as (#5.1.1) before RFC 2034 gave them their place; it and its children do to this day.
    private static string? EnhancedBehind(int code, string text)
    {
        var start = text.LastIndexOf("(#", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var rest = text.AsSpan(start + 2);
        var end = rest.IndexOfAny(" )");
        return end < 0 ? null : EnhancedOf(code, rest[..end].ToString());
    }

    private static string? EnhancedOf(int code, string word) =>
        word.Split('.') is [{ Length: 1 } kind, { Length: > 0 and <= 3 } subject, { Length: > 0 and <= 3 } detail]
        && kind[0] - '0' == code / 100
        && IsNumber(subject)
        && IsNumber(detail)
            ? word
            : null;

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string Tidy(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, LongestText));
        foreach (var c in text)
        {
            if (line.Length == LongestText)
                break;
            line.Append(char.IsControl(c) ? ' ' : c);
        }
        // A cut may not leave half a character.
        if (line.Length > 0 && char.IsHighSurrogate(line[^1]))
            line.Length--;
        return line.ToString().Trim();
    }
}

/// <summary>Why there is no reply.</summary>
public enum TroubleKind
{
    /// <summary>DNS gave no answer for now.</summary>
    NameNotResolved,

    /// <summary>DNS said that there is nothing: no such domain, a null MX, hosts without an address.</summary>
    NoRoute,

    /// <summary>Connection refused, unreachable, reset or closed.</summary>
    Network,

    /// <summary>A step took longer than its limit.</summary>
    TimedOut,

    /// <summary>STARTTLS was offered and did not work out, or TLS is not as good as the mail's policy asks.</summary>
    TlsTrouble,

    /// <summary>RFC 4954: the host did not take our account, or it would have gone in the clear.</summary>
    NotAuthenticated,

    /// <summary>What came back was not SMTP.</summary>
    NotSmtp,

    /// <summary>RFC 6531: the mail needs SMTPUTF8 and the server does not offer it.</summary>
    NoSmtpUtf8,

    /// <summary>RFC 1870: the mail is larger than the server takes.</summary>
    TooLarge,

    /// <summary>An address of the envelope cannot be written in an SMTP command.</summary>
    UnusableAddress,

    /// <summary>The blob store did not give a large attachment, so the mail could not be sent whole.</summary>
    Storage,
}
