using System.Buffers;
using System.Text;

namespace ScaiSend.Processing.Rendering;

/// <summary>A growing pooled buffer that knows how far the current line has got.</summary>
internal sealed class MailBuffer(int capacity) : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int length;
    private int lineStart;

    /// <summary>Octets on the current line.</summary>
    public int Column => length - lineStart;

    public void Write(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Reserve(octets.Length));
        length += octets.Length;
    }

    public void Write(ReadOnlySpan<char> text)
    {
        // Lone surrogates become U+FFFD, so that the mail is always valid UTF-8.
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, room);
    }

    public void EndLine()
    {
        Write("\r\n"u8);
        lineStart = length;
    }

    /// <summary>Free room for at least <paramref name="size"/> octets; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Reserve(int size)
    {
        if (bytes.Length - length < size)
        {
            Grow(size);
        }
        return bytes.AsSpan(length);
    }

    public void Advance(int size) => length += size;

    /// <summary>Octets written so far.</summary>
    public int Length => length;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(bytes);

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, (long)length + size)));
        bytes.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
