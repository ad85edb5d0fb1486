using MimeKit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;

namespace ScaiSend.Delivery.Sending;

/// <summary>
/// Makes MailKit send bytes that are rendered and signed already. MailKit sends a MimeMessage as its header fields, an empty line and a part;
/// so the bytes are cut at their empty line, and neither half is parsed or written anew. One per connection, filled again for each mail.
/// </summary>
public sealed class RenderedPart(MimeEntityConstructorArgs args) : MimePart(args)
{
    // Only a parsed message adds no fields of its own, so the message comes from MimeKit's parser, and the type names this class.
    private const string MediaType = "application/x-rendered-mail";
    private static readonly byte[] Plain = "Content-Type: application/x-rendered-mail\r\n\r\n"u8.ToArray();
    private static readonly byte[] EightBit =
        "Content-Type: application/x-rendered-mail\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"u8.ToArray();
    private static readonly ParserOptions Parser = ParserThatKnowsUs();

    private RenderedMail? _mail;
    private int _bodyStart;
    private MailPieces? _pieces;

    /// <summary>How many bytes will be sent, for SIZE (RFC 1870).</summary>
    public long Length => _mail?.Length ?? 0;

    /// <summary>Called with false before the message can be complete, and with true once it is.</summary>
    internal Action<bool>? Progress { get; set; }

    /// <summary>A message around a new part.</summary>
    /// <param name="isEightBit">Whether MailKit should declare BODY=8BITMIME (RFC 6152).</param>
    public static MimeMessage NewMessage(bool isEightBit) => MimeMessage.Load(Parser, new MemoryStream(isEightBit ? EightBit : Plain));

    /// <summary>Formatting that hides the fields that only the parser needed.</summary>
    public static FormatOptions Format(bool isInternational)
    {
        var format = FormatOptions.Default.Clone();
        format.International = isInternational;
        format.HiddenHeaders.Add(HeaderId.ContentType);
        format.HiddenHeaders.Add(HeaderId.ContentTransferEncoding);
        return format;
    }

    /// <summary>Makes this mail the content of the message around this part.</summary>
    /// <param name="pieces">Reads its large attachments.</param>
    public void Fill(MimeMessage message, RenderedMail mail, MailPieces pieces)
    {
        var bytes = mail.Bytes;
        var emptyLine = bytes.Span.IndexOf("\r\n\r\n"u8);
        message.Headers.Clear();
        message.Headers.Add(new RenderedFields(bytes[..(emptyLine < 0 ? bytes.Length : emptyLine + 2)].ToArray()));
        (_mail, _pieces) = (mail, pieces);
        _bodyStart = emptyLine < 0 ? bytes.Length : emptyLine + 4;
    }

    /// <summary>Lets the mail go.</summary>
    public void Empty(MimeMessage message)
    {
        message.Headers.Clear();
        (_mail, _pieces) = (null, null);
    }

    public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78) { }

    public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Mail is sent asynchronously");

    public override async Task WriteToAsync(
        FormatOptions options,
        Stream stream,
        bool contentOnly,
        CancellationToken cancellationToken = default
    )
    {
        var mail = _mail ?? throw new InvalidOperationException("There is no mail to send");
        Progress?.Invoke(false);
        if (mail.Files is null)
            await stream.WriteAsync(mail.Bytes[_bodyStart..], cancellationToken);
        else
            await foreach (var piece in _pieces!.ReadAsync(mail, _bodyStart, cancellationToken))
                await stream.WriteAsync(piece, cancellationToken);
        Progress?.Invoke(true);
    }

    private static ParserOptions ParserThatKnowsUs()
    {
        var options = new ParserOptions();
        options.RegisterMimeType(MediaType, typeof(RenderedPart));
        return options;
    }

    // Of an invalid field MimeKit writes what it was given and nothing else.
    private sealed class RenderedFields(byte[] fields) : Header(ParserOptions.Default, fields, 0, [], invalid: true);
}
