using System.Buffers;
using System.Globalization;
using System.Text;

namespace ScaiSend.Processing.Rendering;

/// <summary>Writes header fields: folded, in ASCII, encoded where plain text would be misread.</summary>
internal static class HeaderFields
{
    // RFC 5322 §2.1.1 prefers 78, RFC 2047 §2 allows 76 beside an encoded-word.
    private const int PreferredLine = 76;

    // Words longer than this cannot be folded within the 998 octets of RFC 5322 §2.1.1, so they are encoded.
    private const int LongestWord = 900;
    private const int LongestQuotedName = 60;

    private static readonly SearchValues<char> Phrase = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ "
    );

    public static void WriteText(MailBuffer mail, string name, string value)
    {
        mail.Write(name);
        mail.Write(":"u8);
        var text = HeaderText.OneLine(value);
        if (CanStandAsIs(text))
        {
            WriteFolded(mail, text);
        }
        else
        {
            EncodedWords.Write(mail, text);
        }
        mail.EndLine();
    }

    public static void WriteMailboxes(MailBuffer mail, string name, IReadOnlyList<Mailbox> mailboxes)
    {
        if (mailboxes.Count == 0)
        {
            return;
        }
        mail.Write(name);
        mail.Write(":"u8);
        for (var i = 0; i < mailboxes.Count; i++)
        {
            WriteMailbox(mail, mailboxes[i], isLast: i == mailboxes.Count - 1);
        }
        mail.EndLine();
    }

    public static void WriteDate(MailBuffer mail, DateTimeOffset date)
    {
        mail.Write("Date: "u8);
        date.UtcDateTime.TryFormat(mail.Reserve(32), out var size, "ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        mail.Advance(size);
        mail.Write(" +0000"u8);
        mail.EndLine();
    }

    private static bool CanStandAsIs(string text)
    {
        // Text that looks like an encoded-word would be decoded by its reader, so it is encoded itself.
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~') || text.Contains("=?", StringComparison.Ordinal))
        {
            return false;
        }
        var rest = text.AsSpan();
        while (rest.Length > LongestWord)
        {
            var word = WordLength(rest);
            if (word > LongestWord)
            {
                return false;
            }
            rest = rest[(word + 1)..];
        }
        return true;
    }

    private static void WriteFolded(MailBuffer mail, ReadOnlySpan<char> text)
    {
        if (mail.Column + 1 + text.Length <= PreferredLine)
        {
            mail.Write(" "u8);
            mail.Write(text);
            return;
        }
        for (var isFirst = true; ; isFirst = false)
        {
            var word = WordLength(text);
            WriteToken(mail, text[..word], mayFold: !isFirst);
            if (word == text.Length)
            {
                return;
            }
            text = text[(word + 1)..];
        }
    }

    // RFC 5322 §3.2.2: fold only at a single space, so that unfolding gives back the same text and no line is blank.
    private static int WordLength(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == ' ' && text[i - 1] != ' ' && text[i + 1] != ' ')
            {
                return i;
            }
        }
        return text.Length;
    }

    private static void WriteToken(MailBuffer mail, ReadOnlySpan<char> token, bool mayFold)
    {
        if (mayFold && mail.Column + 1 + token.Length > PreferredLine)
        {
            mail.EndLine();
        }
        mail.Write(" "u8);
        mail.Write(token);
    }

    private static void WriteMailbox(MailBuffer mail, Mailbox mailbox, bool isLast)
    {
        var name = mailbox.Name is null ? "" : HeaderText.OneLine(mailbox.Name);
        WriteName(mail, name);
        var comma = isLast ? "" : ",";
        WriteToken(mail, name.Length == 0 ? mailbox.HeaderAddress + comma : $"<{mailbox.HeaderAddress}>{comma}", mayFold: true);
    }

    private static void WriteName(MailBuffer mail, string name)
    {
        if (name.Length == 0)
        {
            return;
        }
        if (!Ascii.IsValid(name) || name.Length > LongestQuotedName || name.Contains("=?", StringComparison.Ordinal))
        {
            EncodedWords.Write(mail, name);
        }
        else if (!name.AsSpan().ContainsAnyExcept(Phrase) && !name.Contains("  ", StringComparison.Ordinal))
        {
            WriteToken(mail, name, mayFold: true);
        }
        else
        {
            // RFC 5322 §3.2.4.
            var escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            WriteToken(mail, $"\"{escaped}\"", mayFold: true);
        }
    }
}
