using MimeKit;

namespace ScaiSend.Delivery.Inbound;

/// <summary>A mail that may be a report, read within limits: size, parts, depth, length of a field. What is beyond them counts as absent.</summary>
internal sealed class ReportMail : IDisposable
{
    public const string ParserFailed = "The parser failed";

    // A report puts what it has to say in front of the mail that it quotes, and quotes that mail's fields first.
    private const int LargestHead = 256 * 1024;
    private const int MostBoundaries = 1000;
    private const int LongestFolded = 16 * 1024;
    private const int DeepestNesting = 10;
    private const int LongestField = 8 * 1024;
    private const int LongestText = 64 * 1024;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = DeepestNesting };

    private readonly MimeMessage _message;
    private readonly IReadOnlyList<MimePart> _encoded;

    private ReportMail(ReadOnlyMemory<byte> head, MimeMessage message)
    {
        Head = head;
        _message = message;
        // An attached mail is not looked into: what it reports is not addressed to us.
        var parts = message.BodyParts.Take(MostBoundaries).ToList();
        Feedback = parts.OfType<MessageFeedbackReport>().FirstOrDefault();
        Status = parts.OfType<MessageDeliveryStatus>().FirstOrDefault();
        IsForward = parts.Exists(part => part is MessagePart);
        var texts = parts.OfType<TextPart>().ToList();
        _encoded =
        [
            .. parts
                .OfType<MimePart>()
                .Where(part => part.ContentTransferEncoding is ContentEncoding.Base64 or ContentEncoding.QuotedPrintable),
        ];
        Text = TextOf(texts.Find(text => text.IsPlain) ?? texts.FirstOrDefault());
    }

    /// <summary>As much of the bytes as is looked at.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    public MessageFeedbackReport? Feedback { get; }

    public MessageDeliveryStatus? Status { get; }

    /// <summary>Whether it has another mail attached.</summary>
    public bool IsForward { get; }

    /// <summary>The part for humans.</summary>
    public string Text { get; }

    public string Subject => Field("Subject") ?? "";

    /// <summary>What its parts say that are written in base64 or quoted-printable.</summary>
    public ReadOnlyMemory<byte> Decoded()
    {
        // No longer than the head: decoding only shortens.
        var bytes = new MemoryStream();
        foreach (var part in _encoded)
        {
            part.Content?.DecodeTo(bytes);
            bytes.WriteByte((byte)'\n');
        }
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>The domain of From.</summary>
    public string? Sender =>
        MailboxAddress.TryParse(Field("From") ?? "", out var from) && from.Domain is { Length: > 0 and <= 255 } domain ? domain : null;

    public string? Field(string name) =>
        _message.Headers.FirstOrDefault(field => field.Field.Equals(name, StringComparison.OrdinalIgnoreCase))
            is { RawValue.Length: <= LongestField } field
        && field.Value.Trim() is { Length: > 0 } value
            ? value
            : null;

    public static ReportMail? Parse(ReadOnlyMemory<byte> mail, out string why)
    {
        var head = mail.Length > LargestHead ? mail[..LargestHead] : mail;
        try
        {
            why = "";
            using var bytes = new MemoryStream(head[..CheapPart(head.Span)].ToArray(), writable: false);
            return new ReportMail(head, MimeMessage.Load(Options, bytes));
        }
        catch (FormatException)
        {
            why = "Not a mail";
            return null;
        }
        // See ReportReader.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            why = $"{ParserFailed}: {e.GetType().Name}";
            return null;
        }
    }

    public void Dispose() => _message.Dispose();

    // A part costs the parser a thousand times the few bytes that it may take on the wire, and a folded field the square of its length.
    // What comes after too many of them is not parsed; a report has said what it has to say by then.
    private static int CheapPart(ReadOnlySpan<byte> mail)
    {
        var (boundaries, folded, start) = (0, 0, 0);
        while (start < mail.Length)
        {
            var line = mail[start..];
            var length = line.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : line.Length;
            folded = line[0] is (byte)' ' or (byte)'\t' ? folded + length : 0;
            boundaries += line.StartsWith("--"u8) ? 1 : 0;
            if (boundaries > MostBoundaries || folded > LongestFolded)
                return start;
            start += length;
        }
        return mail.Length;
    }

    private static string TextOf(TextPart? part)
    {
        var text = part?.Text ?? "";
        return text.Length > LongestText ? text[..LongestText] : text;
    }
}
