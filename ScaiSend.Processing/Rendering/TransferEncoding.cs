using System.Text;

namespace ScaiSend.Processing.Rendering;

/// <summary>RFC 2045 §6 encodings that a 7-bit mail can use.</summary>
public enum TransferEncoding
{
    SevenBit,
    QuotedPrintable,
    Base64,
}

/// <summary>Decides how a text travels: as it is when it can, else readable, else short.</summary>
public static class TransferEncodings
{
    // RFC 5322 §2.1.1: 998 octets and CRLF; some relays count one of those in.
    private const int LongestLine = 997;

    public static TransferEncoding For(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Contains('\0', StringComparison.Ordinal) || HasLineOver(LongestLine, text)
                ? TransferEncoding.QuotedPrintable
                : TransferEncoding.SevenBit;
        }

        // A non-ASCII octet costs 3 in quoted-printable, any octet 4/3 in base64: even at one octet in six.
        // What UTF-8 has more than UTF-16 is half of the non-ASCII octets (two thirds in East Asian text, which is far above anyway).
        var octets = Encoding.UTF8.GetByteCount(text);
        var notAscii = 2 * (octets - text.Length);
        return 6 * notAscii <= octets ? TransferEncoding.QuotedPrintable : TransferEncoding.Base64;
    }

    public static string Name(this TransferEncoding encoding) =>
        encoding switch
        {
            TransferEncoding.SevenBit => "7bit",
            TransferEncoding.QuotedPrintable => "quoted-printable",
            TransferEncoding.Base64 => "base64",
            _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
        };

    private static bool HasLineOver(int limit, ReadOnlySpan<char> text)
    {
        while (text.Length > limit)
        {
            var end = text[..(limit + 1)].LastIndexOfAny('\r', '\n');
            if (end < 0)
            {
                return true;
            }
            text = text[(end + 1)..];
        }
        return false;
    }
}
