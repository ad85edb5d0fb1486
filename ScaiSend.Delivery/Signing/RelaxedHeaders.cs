using System.Buffers;
using System.Text;

namespace ScaiSend.Delivery.Signing;

/// <summary>The header fields of a message, in relaxed form (RFC 6376 §3.4.2) for signing.</summary>
internal readonly ref struct RelaxedHeaders
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly List<Field> _fields = [];

    private readonly record struct Field(int Start, int Colon, int End);

    public RelaxedHeaders(ReadOnlySpan<byte> message)
    {
        _message = message;
        var start = 0;
        while (start < message.Length && !message[start..].StartsWith("\r\n"u8))
        {
            var end = EndOfField(message, start);
            var colon = message[start..end].IndexOf((byte)':');
            if (colon > 0)
                _fields.Add(new Field(start, start + colon, end));
            start = end;
        }
        BodyStart = Math.Min(start + 2, message.Length);
    }

    /// <summary>Where the body begins: behind the empty line.</summary>
    public int BodyStart { get; }

    /// <summary>
    /// Writes each field of that name, the last one first (RFC 6376 §5.4.2), and answers how many there were.
    /// </summary>
    public int Write(string name, ArrayBufferWriter<byte> output)
    {
        var count = 0;
        for (var i = _fields.Count - 1; i >= 0; i--)
        {
            var field = _fields[i];
            if (!Ascii.EqualsIgnoreCase(_message[field.Start..field.Colon].TrimEnd(" \t"u8), name))
                continue;
            WriteField(name, _message[(field.Colon + 1)..field.End], output);
            output.Write("\r\n"u8);
            count++;
        }
        return count;
    }

    /// <summary>Writes one field in relaxed form, without the line end.</summary>
    public static void WriteField(string name, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> output)
    {
        var line = output.GetSpan(name.Length + 1 + value.Length);
        Ascii.ToLower(name, line, out var length);
        line[length++] = (byte)':';
        var isAfterSpace = true;
        foreach (var b in value)
        {
            // Unfolding removes CRLF; what follows is white space anyway.
            if (b is (byte)'\r' or (byte)'\n')
                continue;
            var isSpace = b is (byte)' ' or (byte)'\t';
            if (!isSpace)
                line[length++] = b;
            else if (!isAfterSpace)
                line[length++] = (byte)' ';
            isAfterSpace = isSpace;
        }
        if (line[length - 1] == (byte)' ')
            length--;
        output.Advance(length);
    }

    private static int EndOfField(ReadOnlySpan<byte> message, int start)
    {
        while (true)
        {
            var lineEnd = message[start..].IndexOf("\r\n"u8);
            if (lineEnd < 0)
                return message.Length;
            start += lineEnd + 2;
            if (start == message.Length || message[start] is not ((byte)' ' or (byte)'\t'))
                return start;
        }
    }
}
