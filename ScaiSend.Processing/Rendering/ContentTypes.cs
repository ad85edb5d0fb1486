using System.Text;
using MimeKit;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Processing.Rendering;

/// <summary>Makes header fields of the media types and file names that callers give (RFC 2045 §5, RFC 2183, RFC 2231).</summary>
internal static class ContentTypes
{
    public const string HtmlField = "Content-Type: text/html;";
    public const string PlainField = "Content-Type: text/plain;";
    private const string Utf8 = " charset=utf-8\r\n";

    private static readonly FormatOptions Format = CreateFormat();

    /// <summary>The Content-Type field of a body; null for a type that cannot be a body.</summary>
    public static string? OfBody(string type)
    {
        if (type is "text/html" or "text/plain")
        {
            return type == "text/html" ? HtmlField + Utf8 : PlainField + Utf8;
        }
        if (Read(type) is not { } contentType || IsComposite(contentType))
        {
            return null;
        }
        // Whatever the caller names: bodies reach us as text and leave as UTF-8.
        contentType.Charset = "utf-8";
        return contentType.ToString(Format, Encoding.UTF8, encode: true) + "\r\n";
    }

    /// <summary>The Content-Type field of a file whose bytes travel as base64; a type that forbids that, or is none, becomes a plain stream of octets.</summary>
    public static string OfFile(string type)
    {
        // RFC 2046 §5.1 and §5.2.1: multipart and message/rfc822 may not be base64.
        var contentType = Read(type) is { } read && !IsComposite(read) ? read : new ContentType("application", "octet-stream");
        return contentType.ToString(Format, Encoding.UTF8, encode: true) + "\r\n";
    }

    /// <summary>The Content-Disposition field of a file.</summary>
    public static string Disposition(Attachment attachment)
    {
        var disposition = new ContentDisposition(attachment.IsInline ? ContentDisposition.Inline : ContentDisposition.Attachment)
        {
            FileName = HeaderText.OneLine(attachment.FileName),
        };
        return disposition.ToString(Format, Encoding.UTF8, encode: true) + "\r\n";
    }

    private static ContentType? Read(string type) =>
        Ascii.IsValid(type) && !type.Any(char.IsControl) && ContentType.TryParse(type, out var contentType) ? contentType : null;

    private static bool IsComposite(ContentType type) => type.IsMimeType("multipart", "*") || type.IsMimeType("message", "*");

    private static FormatOptions CreateFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.ParameterEncodingMethod = ParameterEncodingMethod.Rfc2231;
        return format;
    }
}
