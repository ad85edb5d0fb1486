using MimeKit;

namespace ScaiSend.Delivery.Sending;

/// <summary>
/// Makes MailKit send bytes that are rendered and signed already: a part of a MimeMessage whose written form is those bytes and nothing else.
/// One per connection, filled again for each mail.
/// </summary>
public sealed class RenderedPart(MimeEntityConstructorArgs args) : MimePart(args)
{
    // Only a parsed message writes neither added headers nor an empty line before its part, so the pair comes from MimeKit's parser:
    // the type names this class, and the missing empty line is what it remembers.
    private const string MediaType = "application/x-rendered-mail";
    private static readonly byte[] Plain = "Content-Type: application/x-rendered-mail\r\n"u8.ToArray();
    private static readonly byte[] EightBit =
        "Content-Type: application/x-rendered-mail\r\nContent-Transfer-Encoding: 8bit\r\n"u8.ToArray();
    private static readonly ParserOptions Parser = ParserThatKnowsUs();

    /// <summary>The bytes to send.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>Called before the first and after the last byte.</summary>
    internal Action<bool>? Progress { get; set; }

    /// <summary>A message around a new part.</summary>
    /// <param name="isEightBit">Whether MailKit should declare BODY=8BITMIME (RFC 6152).</param>
    public static MimeMessage NewMessage(bool isEightBit) => MimeMessage.Load(Parser, new MemoryStream(isEightBit ? EightBit : Plain));

    /// <summary>Formatting that hides what the parser needed.</summary>
    public static FormatOptions Format(bool isInternational)
    {
        var format = FormatOptions.Default.Clone();
        format.International = isInternational;
        format.HiddenHeaders.Add(HeaderId.ContentType);
        format.HiddenHeaders.Add(HeaderId.ContentTransferEncoding);
        return format;
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
        Progress?.Invoke(false);
        await stream.WriteAsync(Bytes, cancellationToken);
        Progress?.Invoke(true);
    }

    private static ParserOptions ParserThatKnowsUs()
    {
        var options = new ParserOptions();
        options.RegisterMimeType(MediaType, typeof(RenderedPart));
        return options;
    }
}
