using System.Buffers.Text;
using System.Text;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Processing.Rendering;

/// <summary>Writes bodies in their transfer encoding, with every line end (CRLF, lone CR, lone LF) as CRLF.</summary>
internal static class BodyText
{
    private const int EncodedLine = 76; // RFC 2045 §6.7 (5) and §6.8

    public static void Write(MailBuffer mail, string text, TransferEncoding encoding)
    {
        switch (encoding)
        {
            case TransferEncoding.SevenBit:
                WriteLines(mail, text);
                break;
            case TransferEncoding.QuotedPrintable:
                using (var octets = Utf8Lines(text))
                {
                    WriteQuotedPrintable(mail, octets.Written);
                }
                break;
            case TransferEncoding.Base64:
                using (var octets = Utf8Lines(text))
                {
                    WriteBase64(mail, octets.Written);
                }
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(encoding));
        }
    }

    public static void WriteBase64(MailBuffer mail, ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            var line = octets[..Math.Min(MailFile.OctetsPerLine, octets.Length)];
            Base64.EncodeToUtf8(line, mail.Reserve(EncodedLine), out _, out var written);
            mail.Advance(written);
            octets = octets[line.Length..];
            if (octets.Length > 0)
            {
                mail.EndLine();
            }
        }
    }

    private static MailBuffer Utf8Lines(string text)
    {
        var octets = new MailBuffer(Encoding.UTF8.GetMaxByteCount(text.Length));
        WriteLines(octets, text);
        return octets;
    }

    private static void WriteLines(MailBuffer mail, ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny('\r', '\n') is var end and >= 0)
        {
            mail.Write(text[..end]);
            mail.EndLine();
            var isCrLf = text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n';
            text = text[(end + (isCrLf ? 2 : 1))..];
        }
        mail.Write(text);
    }

    private static void WriteQuotedPrintable(MailBuffer mail, ReadOnlySpan<byte> lines)
    {
        while (lines.IndexOf("\r\n"u8) is var end and >= 0)
        {
            WriteQuotedPrintableLine(mail, lines[..end]);
            mail.EndLine();
            lines = lines[(end + 2)..];
        }
        WriteQuotedPrintableLine(mail, lines);
    }

    private static void WriteQuotedPrintableLine(MailBuffer mail, ReadOnlySpan<byte> line)
    {
        var room = mail.Reserve(3 * line.Length + 3 * (line.Length / 24 + 1));
        var (used, column) = (0, 0);
        for (var i = 0; i < line.Length; i++)
        {
            var octet = line[i];
            // RFC 2045 §6.7 (3): a space or tab at the end of a line might get lost on the way.
            var isLiteral = octet is (>= 33 and <= 126 and not (byte)'=') || (octet is (byte)' ' or (byte)'\t' && i < line.Length - 1);
            var width = isLiteral ? 1 : 3;
            if (column + width > EncodedLine - 1)
            {
                "=\r\n"u8.CopyTo(room[used..]);
                used += 3;
                column = 0;
            }
            if (isLiteral)
            {
                room[used] = octet;
            }
            else
            {
                Hex.Write(room[used..], octet);
            }
            used += width;
            column += width;
        }
        mail.Advance(used);
    }
}
