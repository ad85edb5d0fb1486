using System.Buffers;
using System.Globalization;
using System.Text;

namespace ScaiSend.Api.MailSend;

/// <summary>Says whether an address can be sent to or from: RFC 5321 with the Unicode of RFC 6531, internationalised domains, no domain literals.</summary>
public static class AddressRule
{
    // RFC 5321 §4.5.3.1.1
    private const int MaxLocalPart = 64;

    // RFC 5321 §4.5.3.1.3: 256 with the angle brackets.
    private const int MaxAddress = 254;

    // RFC 1035 §2.3.4: 255 octets on the wire are 253 characters.
    private const int MaxDomain = 253;

    private const int MaxLabel = 63;

    // RFC 5322 §3.2.3 atext, and the dot between atoms.
    private static readonly SearchValues<char> AtomsAndDots = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
    );

    private static readonly SearchValues<char> LettersDigitsHyphens = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    );

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Whether the address is valid, with its domain as A-labels.</summary>
    public static bool IsValid(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 1 || address.Length > 2 * MaxAddress)
            return false;
        var localPart = address.AsSpan(0, at);
        return AsciiDomain(address) is { } domain
            && IsLocalPart(localPart)
            && Encoding.UTF8.GetByteCount(localPart) is var length and <= MaxLocalPart
            && length + 1 + domain.Length <= MaxAddress;
    }

    /// <summary>The address's domain as A-labels (RFC 5891 §4.4), in the caller's case when it was ASCII; null when it is no domain.</summary>
    public static string? AsciiDomain(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        if (Ascii.IsValid(domain))
            return IsDomain(domain) ? domain : null;
        try
        {
            // Some names can be written as A-labels and not be read back; they would break the header that shows them.
            return domain.Length <= MaxDomain && Idn.GetAscii(domain) is var ascii && IsDomain(ascii) && Idn.GetUnicode(ascii).Length > 0
                ? ascii
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What is equal, without case, for two spellings of one mailbox.</summary>
    public static string Mailbox(string address) =>
        Ascii.IsValid(address) ? address : string.Concat(address.AsSpan(0, address.LastIndexOf('@') + 1), AsciiDomain(address));

    private static bool IsLocalPart(ReadOnlySpan<char> text) => text[0] == '"' ? IsQuotedString(text) : IsDotString(text);

    // RFC 5321 §4.1.2 Dot-string; RFC 6531 §3.3 adds everything beyond ASCII, of which we take what is visible.
    private static bool IsDotString(ReadOnlySpan<char> text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.IndexOf("..") >= 0)
            return false;
        if (!text.ContainsAnyExcept(AtomsAndDots))
            return true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii ? !AtomsAndDots.Contains((char)rune.Value) : !IsVisible(rune))
                return false;
        }
        return true;
    }

    // RFC 5321 §4.1.2 Quoted-string: no control characters, and only a pair may hold a quote or a backslash.
    private static bool IsQuotedString(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[^1] != '"')
            return false;
        var inside = text[1..^1];
        foreach (var rune in inside.EnumerateRunes())
        {
            if (!rune.IsAscii && !IsVisible(rune))
                return false;
        }
        for (var i = 0; i < inside.Length; i++)
        {
            if (char.IsControl(inside[i]) || inside[i] == '"')
                return false;
            if (inside[i] == '\\' && (++i == inside.Length || inside[i] is < ' ' or > '~'))
                return false;
        }
        return true;
    }

    // What stands for half a surrogate pair cannot be written in a mail.
    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && !Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune);

    // RFC 5321 §4.1.2 Domain, RFC 1123 §2.1: at least two labels, the last one not a number.
    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain.Length is 0 or > MaxDomain)
            return false;
        var labels = 0;
        var last = domain;
        foreach (var range in domain.Split('.'))
        {
            last = domain[range];
            labels++;
            if (last.Length is 0 or > MaxLabel || last[0] == '-' || last[^1] == '-' || last.ContainsAnyExcept(LettersDigitsHyphens))
                return false;
        }
        return labels > 1 && last.ContainsAnyExceptInRange('0', '9');
    }
}
