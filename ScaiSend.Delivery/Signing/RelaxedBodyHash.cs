using System.Buffers;
using System.Security.Cryptography;

namespace ScaiSend.Delivery.Signing;

/// <summary>The same hash as <see cref="RelaxedBody"/>'s, for a body that comes in pieces. Holds one small buffer, whatever the body's size.</summary>
internal sealed class RelaxedBodyHash : IDisposable
{
    private const int BufferSize = 16384;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _length;

    // What counts only when text follows: line ends, then white space.
    private int _lineEnds;
    private bool _isSpacePending;
    private bool _isCrPending;
    private bool _hasText;

    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (_isCrPending)
            {
                _isCrPending = false;
                if (piece[0] == '\n')
                {
                    (_lineEnds, _isSpacePending) = (_lineEnds + 1, false);
                    piece = piece[1..];
                    continue;
                }
                // A lone CR is text like any other.
                WriteText("\r"u8);
            }
            var end = piece.IndexOfAny((byte)'\r', (byte)' ', (byte)'\t');
            if (end < 0)
                end = piece.Length;
            if (end > 0)
                WriteText(piece[..end]);
            if (end == piece.Length)
                return;
            if (piece[end] == '\r')
                _isCrPending = true;
            else
                _isSpacePending = true;
            piece = piece[(end + 1)..];
        }
    }

    /// <summary>The hash of all pieces; nothing may be appended afterwards.</summary>
    public byte[] Finish()
    {
        if (_isCrPending)
            WriteText("\r"u8);
        // RFC 6376 §3.4.4: empty lines at the end do not count, and a body that is not empty ends with a line end.
        if (_hasText)
            Write("\r\n"u8);
        _hash.AppendData(_buffer.AsSpan(0, _length));
        return _hash.GetHashAndReset();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _hash.Dispose();
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        for (; _lineEnds > 0; _lineEnds--)
            Write("\r\n"u8);
        if (_isSpacePending)
            Write(" "u8);
        (_isSpacePending, _hasText) = (false, true);
        Write(text);
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > _buffer.Length - _length)
        {
            _hash.AppendData(_buffer.AsSpan(0, _length));
            _length = 0;
            if (octets.Length > _buffer.Length)
            {
                _hash.AppendData(octets);
                return;
            }
        }
        octets.CopyTo(_buffer.AsSpan(_length));
        _length += octets.Length;
    }
}
