using System.Buffers;
using System.Globalization;
using System.Text;

namespace ScaiSend.Api.MailSend;

/// <summary>Decides whether a text is a mailbox that mail can be sent to (RFC 5321 §4.1.2, RFC 6531 §3.3).</summary>
internal static class AddressSyntax
{
    // RFC 5321 §4.5.3.1
    private const int MaxLocalOctets = 64;
    private const int MaxDomain = 255;

    // RFC 5322 §3.2.3
    private static readonly SearchValues<char> Atext = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
    );

    private static readonly SearchValues<char> LettersDigitsHyphen = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    );

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public static bool IsMailbox(string address)
    {
        var at = address.LastIndexOf('@');
        return at > 0 && IsLocalPart(address.AsSpan(0, at)) && IsDomain(address, at + 1);
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local.Length > MaxLocalOctets || Encoding.UTF8.GetByteCount(local) > MaxLocalOctets)
            return false;
        if (local[0] == '"')
            return IsQuoted(local);
        if (local[0] == '.' || local[^1] == '.' || local.IndexOf("..") >= 0)
            return false;
        for (var rest = local; rest.IndexOfAnyExcept(Atext) is >= 0 and var other; rest = rest[(other + 1)..])
            if (!IsUnicodeText(rest[other]))
                return false;
        return true;
    }

    // RFC 5321 §4.1.2 Quoted-string, without the spaces that it would allow.
    private static bool IsQuoted(ReadOnlySpan<char> local)
    {
        if (local.Length < 3 || local[^1] != '"')
            return false;
        var inner = local[1..^1];
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '"' || (inner[i] == '\\' && ++i == inner.Length))
                return false;
            if (inner[i] is not (> ' ' and <= '~') && !IsUnicodeText(inner[i]))
                return false;
        }
        return true;
    }

    private static bool IsUnicodeText(char c) =>
        c >= 0x80 && !char.IsControl(c) && !char.IsWhiteSpace(c) && c is not ('\u200B' or '\uFEFF');

    private static bool IsDomain(string address, int start)
    {
        var domain = address.AsSpan(start);
        if (domain.Length is 0 or > MaxDomain)
            return false;
        if (Ascii.IsValid(domain))
            return IsHostName(domain);
        try
        {
            return IsHostName(Idn.GetAscii(address, start));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsHostName(ReadOnlySpan<char> domain)
    {
        if (domain.Length > MaxDomain)
            return false;
        var last = domain;
        foreach (var range in domain.Split('.'))
        {
            last = domain[range];
            if (last.Length is 0 or > 63 || last[0] == '-' || last[^1] == '-' || last.ContainsAnyExcept(LettersDigitsHyphen))
                return false;
        }
        // An address literal without its brackets: no top-level domain is a number (RFC 3696 §2).
        return last.ContainsAnyExceptInRange('0', '9');
    }
}
