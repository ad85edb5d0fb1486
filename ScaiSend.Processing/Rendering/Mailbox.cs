using System.Buffers;
using System.Globalization;
using System.Text;
using ScaiSend.Platform;

namespace ScaiSend.Processing.Rendering;

/// <summary>An address as it can be written on the wire; what cannot be written is not read.</summary>
/// <param name="Name">Display name; null when there is none.</param>
/// <param name="EnvelopeAddress">RFC 5321 §4.1.2 mailbox, domain as A-label.</param>
/// <param name="HeaderAddress">RFC 5322 §3.4.1 addr-spec; with U-label domain (RFC 6532) when <paramref name="NeedsSmtpUtf8"/>.</param>
/// <param name="Domain">A-label, in the caller's letter case.</param>
/// <param name="NeedsSmtpUtf8">RFC 6531: the local part is not ASCII.</param>
public sealed record Mailbox(string? Name, string EnvelopeAddress, string HeaderAddress, string Domain, bool NeedsSmtpUtf8)
{
    // RFC 5321 §4.5.3.1: 64 octets, "@", 255 octets. Finer limits are the receiver's to judge.
    private const int LongestAddress = 320;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };
    private static readonly SearchValues<char> DotAtom = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
    );
    private static readonly SearchValues<char> HostName = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    );

    /// <summary>Reads an address as the caller wrote it; null when no mail could ever carry it.</summary>
    public static Mailbox? Read(string email, string? name)
    {
        var at = email.LastIndexOf('@');
        if (at <= 0 || LocalPart(email[..at]) is not { } local || DomainName(email[(at + 1)..]) is not { } domain)
        {
            return null;
        }

        var needsSmtpUtf8 = !Ascii.IsValid(local);
        var envelope =
            local.Length == at && domain.Length == email.Length - at - 1 && domain[0] == email[at + 1] ? email : $"{local}@{domain}";
        return Encoding.UTF8.GetByteCount(envelope) > LongestAddress
            ? null
            : new Mailbox(name, envelope, needsSmtpUtf8 ? $"{local}@{ULabels(domain)}" : envelope, domain, needsSmtpUtf8);
    }

    // What is no A-label is passed on as it is, and so is one that cannot be read: .NET throws for a hyphen in the third and fourth place beside capitals.
    private static string ULabels(string domain)
    {
        if (!domain.Contains("xn--", StringComparison.OrdinalIgnoreCase))
            return domain;
        try
        {
            return Idn.GetUnicode(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    private static string? LocalPart(string local)
    {
        if (!local.AsSpan().ContainsAnyExcept(DotAtom) && HasNoEmptyLabel(local))
        {
            return local;
        }
        if (!IsPrintable(local))
        {
            return null;
        }
        if (IsDotAtom(local) || IsQuotedString(local))
        {
            return local;
        }
        // RFC 5321 §4.1.2: any other text is a local part once it is quoted, such as the "a..b" that some providers hand out.
        return $"\"{local.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsDotAtom(string local) => HasNoEmptyLabel(local) && local.All(c => c >= 0x80 || DotAtom.Contains(c));

    private static bool IsQuotedString(string local)
    {
        if (local.Length < 2 || local[0] != '"' || local[^1] != '"')
        {
            return false;
        }
        var inside = local.AsSpan(1, local.Length - 2);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '"' || (inside[i] == '\\' && ++i == inside.Length))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsPrintable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // A replacement character stands for half a surrogate pair: such an address cannot be written.
            if (
                rune == Rune.ReplacementChar
                || Rune.IsControl(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            )
            {
                return false;
            }
        }
        return true;
    }

    private static string? DomainName(string domain)
    {
        if (domain.Length > 2 && domain[0] == '[' && domain[^1] == ']')
        {
            // RFC 5321 §4.1.3 address literal.
            return IsAddressLiteral(domain.AsSpan(1, domain.Length - 2)) ? domain : null;
        }
        var ascii = MailDomain.ALabels(domain);
        return ascii is { Length: > 0 and <= 255 } && !ascii.AsSpan().ContainsAnyExcept(HostName) && HasLabelsOfGoodLength(ascii)
            ? ascii
            : null;
    }

    // RFC 5322 §3.4.1 dtext.
    private static bool IsAddressLiteral(ReadOnlySpan<char> inside) =>
        inside.Length > 0 && !inside.ContainsAnyExceptInRange('!', '~') && !inside.ContainsAny('[', ']', '\\');

    private static bool HasLabelsOfGoodLength(string domain)
    {
        // RFC 1035 §2.3.4.
        foreach (var label in domain.AsSpan().Split('.'))
        {
            if (label.End.Value - label.Start.Value is 0 or > 63)
            {
                return false;
            }
        }
        return true;
    }

    private static bool HasNoEmptyLabel(string local) =>
        local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal);
}
