using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace ScaiSend.Api.MailSend;

/// <summary>Opens a JSON text whose every string can be read as Unicode, so that reading it never throws.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The document, or what is wrong with the text.</summary>
    public static JsonDocument? TryOpen(ReadOnlyMemory<byte> json, out string? error)
    {
        // RFC 8259 §8.1: a byte order mark may be ignored.
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (!Utf8.IsValid(json.Span))
        {
            error = "Bad Request: the body is not valid UTF-8";
            return null;
        }
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Options);
        }
        catch (JsonException e)
        {
            error = $"Bad Request: the body is not valid JSON, see line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            return null;
        }
        if (LoneSurrogate(json.Span) is >= 0 and var position)
        {
            document.Dispose();
            error = $"Bad Request: the body has an escaped surrogate without its other half at byte {position + 1}";
            return null;
        }
        error = null;
        return document;
    }

    // RFC 8259 §8.2: the grammar allows them, Unicode does not. In JSON that was parsed, backslashes stand in strings only.
    private static int LoneSurrogate(ReadOnlySpan<byte> json)
    {
        var position = 0;
        while (json[position..].IndexOf((byte)'\\') is >= 0 and var offset)
        {
            position += offset;
            if (json[position + 1] != (byte)'u')
            {
                position += 2;
                continue;
            }
            var unit = Escaped(json, position);
            if (!char.IsSurrogate(unit))
            {
                position += 6;
                continue;
            }
            if (
                !char.IsHighSurrogate(unit)
                || !json[(position + 6)..].StartsWith("\\u"u8)
                || !char.IsLowSurrogate(Escaped(json, position + 6))
            )
                return position;
            position += 12;
        }
        return -1;
    }

    private static char Escaped(ReadOnlySpan<byte> json, int position) =>
        (char)ushort.Parse(json.Slice(position + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
