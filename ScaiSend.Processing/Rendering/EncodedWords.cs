using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ScaiSend.Processing.Rendering;

/// <summary>Writes header text as RFC 2047 encoded-words of UTF-8, none longer than a line, none splitting a character.</summary>
internal static class EncodedWords
{
    // RFC 2047 §2: a line of a header field that contains an encoded-word has at most 76 characters.
    private const int LineLimit = 76;
    private const int Frame = 12; // =?utf-8?Q? and ?=
    private const int SmallestPayload = 12; // one character of four octets, as =XX=XX=XX=XX

    // RFC 2047 §5 (3): what may stand for itself even in a phrase.
    private static readonly SearchValues<byte> Literal = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"u8
    );

    /// <summary>Writes a space and the words, folding as needed.</summary>
    public static void Write(MailBuffer mail, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        // Q while at least half of the octets stay readable.
        var useBase64 = SizeAsQ(octets) > 2 * octets.Length;
        for (ReadOnlySpan<byte> rest = octets; rest.Length > 0; )
        {
            if (LineLimit - mail.Column - 1 - Frame < SmallestPayload)
            {
                mail.EndLine();
            }
            var word = rest[..Fitting(rest, LineLimit - mail.Column - 1 - Frame, useBase64)];
            WriteWord(mail, word, useBase64);
            rest = rest[word.Length..];
        }
    }

    private static int SizeAsQ(ReadOnlySpan<byte> octets)
    {
        var size = 0;
        foreach (var octet in octets)
        {
            size += WidthAsQ(octet);
        }
        return size;
    }

    private static int WidthAsQ(byte octet) => octet == ' ' || Literal.Contains(octet) ? 1 : 3;

    // RFC 2047 §5: each encoded-word holds whole characters.
    private static int Fitting(ReadOnlySpan<byte> octets, int payload, bool useBase64)
    {
        var (taken, width) = (0, 0);
        while (taken < octets.Length)
        {
            Rune.DecodeFromUtf8(octets[taken..], out _, out var size);
            width = useBase64 ? Base64.GetMaxEncodedToUtf8Length(taken + size) : width + SizeAsQ(octets.Slice(taken, size));
            if (width > payload)
            {
                break;
            }
            taken += size;
        }
        return taken;
    }

    private static void WriteWord(MailBuffer mail, ReadOnlySpan<byte> octets, bool useBase64)
    {
        mail.Write(useBase64 ? " =?utf-8?B?"u8 : " =?utf-8?Q?"u8);
        if (useBase64)
        {
            Base64.EncodeToUtf8(octets, mail.Reserve(Base64.GetMaxEncodedToUtf8Length(octets.Length)), out _, out var written);
            mail.Advance(written);
        }
        else
        {
            WriteAsQ(mail, octets);
        }
        mail.Write("?="u8);
    }

    private static void WriteAsQ(MailBuffer mail, ReadOnlySpan<byte> octets)
    {
        var room = mail.Reserve(3 * octets.Length);
        var used = 0;
        foreach (var octet in octets)
        {
            if (WidthAsQ(octet) == 1)
            {
                room[used++] = octet == ' ' ? (byte)'_' : octet;
            }
            else
            {
                Hex.Write(room[used..], octet);
                used += 3;
            }
        }
        mail.Advance(used);
    }
}
