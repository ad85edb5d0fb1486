using System.Buffers;
using System.Security.Cryptography;

namespace ScaiSend.Delivery.Signing;

/// <summary>The hash of a body in relaxed form (RFC 6376 §3.4.4).</summary>
internal static class RelaxedBody
{
    public static byte[] Hash(ReadOnlySpan<byte> body)
    {
        var relaxed = ArrayPool<byte>.Shared.Rent(body.Length + 2);
        try
        {
            return SHA256.HashData(relaxed.AsSpan(0, Relax(body, relaxed)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(relaxed);
        }
    }

    /// <summary>Writes the relaxed form, at most two bytes longer than the body, and answers its length.</summary>
    public static int Relax(ReadOnlySpan<byte> body, Span<byte> output)
    {
        var length = 0;
        var lengthUpToText = 0;
        while (!body.IsEmpty)
        {
            var lineEnd = body.IndexOf("\r\n"u8);
            var line = lineEnd < 0 ? body : body[..lineEnd];
            body = lineEnd < 0 ? [] : body[(lineEnd + 2)..];
            line = line.TrimEnd(" \t"u8);
            length += RelaxLine(line, output[length..]);
            "\r\n"u8.CopyTo(output[length..]);
            length += 2;
            // Empty lines at the end do not count.
            if (!line.IsEmpty)
                lengthUpToText = length;
        }
        return lengthUpToText;
    }

    private static int RelaxLine(ReadOnlySpan<byte> line, Span<byte> output)
    {
        if (!line.Contains((byte)'\t') && line.IndexOf("  "u8) < 0)
        {
            line.CopyTo(output);
            return line.Length;
        }
        var length = 0;
        var isAfterSpace = false;
        foreach (var b in line)
        {
            var isSpace = b is (byte)' ' or (byte)'\t';
            if (!isSpace)
                output[length++] = b;
            else if (!isAfterSpace)
                output[length++] = (byte)' ';
            isAfterSpace = isSpace;
        }
        return length;
    }
}
