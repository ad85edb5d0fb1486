using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// The content of one attachment while its base64 arrives: decoded piece by piece, kept in memory while small, else streamed to the blob store.
/// </summary>
public sealed class IncomingAttachment(string key, IBlobStore blobs)
{
    /// <summary>A larger content goes to the blob store while it arrives; a smaller one only with its accepted mail.</summary>
    public const int MostInMemory = 64 * 1024;

    // Decoded bytes that may wait for the blob store before the sender has to.
    private const int MostWaiting = 4 * MostInMemory;

    private readonly Pipe _decoded = new(
        new PipeOptions(pauseWriterThreshold: MostWaiting, resumeWriterThreshold: MostWaiting / 2, minimumSegmentSize: MostInMemory / 2)
    );

    // The last one to four characters: only what follows tells whether they are the end.
    private readonly byte[] _carried = new byte[4];
    private int _carriedLength;
    private bool _isBroken;
    private Task? _storing;

    public string Key => key;

    /// <summary>Bytes of the request that it took so far.</summary>
    public long TextLength { get; set; }

    /// <summary>Decoded bytes so far.</summary>
    public long Size { get; private set; }

    /// <summary>Whether anything stood between the quotes.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Whether it was base64 to its end.</summary>
    public bool IsBase64 => !_isBroken && _carriedLength == 0;

    /// <summary>The decoded bytes when they are few; null when they lie in the blob store.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; private set; }

    /// <summary>Whether the blob store has the content, or a part of it.</summary>
    public bool IsStored => _storing is not null;

    /// <summary>Takes the next characters of the base64 text; white space is passed over.</summary>
    /// <exception cref="Exception">Whatever kept the blob store from taking it.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        IsEmpty &= text.IsEmpty;
        while (!text.IsEmpty && !_isBroken)
        {
            var piece = text[..Math.Min(text.Length, MostInMemory / 2)];
            text = text[piece.Length..];
            Decode(piece.Span);
            await PassOnAsync(cancellationToken);
        }
    }

    /// <summary>The text has ended: when this returns, the content is in memory or survives a crash.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (!_isBroken && _carriedLength > 0)
            DecodeQuads(_carried.AsSpan(0, _carriedLength), isEnd: true);
        if (!_isBroken)
            _carriedLength = 0;
        await PassOnAsync(cancellationToken);
        if (_storing is not null)
        {
            await _decoded.Writer.CompleteAsync();
            await _storing.WaitAsync(cancellationToken);
            return;
        }
        await _decoded.Writer.CompleteAsync();
        var read = await _decoded.Reader.ReadAtLeastAsync((int)Size + 1, cancellationToken);
        Bytes = read.Buffer.ToArray();
        await _decoded.Reader.CompleteAsync();
    }

    /// <summary>Stops and deletes what was stored.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await _decoded.Writer.CompleteAsync(new OperationCanceledException("The request was refused"));
        if (_storing is null)
            return;
        await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_storing.IsCompletedSuccessfully)
            await blobs.DeleteAsync(key, cancellationToken);
    }

    private async ValueTask PassOnAsync(CancellationToken cancellationToken)
    {
        if (_storing is null && Size > MostInMemory)
            _storing = StoreAsync();
        var flushed = await _decoded.Writer.FlushAsync(cancellationToken);
        // The blob store gave up: it says why.
        if (flushed.IsCompleted && _storing is not null)
            await _storing;
    }

    private async Task StoreAsync()
    {
        try
        {
            await using var stream = _decoded.Reader.AsStream(leaveOpen: true);
            await blobs.PutAsync(key, stream, CancellationToken.None);
        }
        finally
        {
            await _decoded.Reader.CompleteAsync();
        }
    }

    private void Decode(ReadOnlySpan<byte> text)
    {
        var room = ArrayPool<byte>.Shared.Rent(_carriedLength + text.Length);
        _carried.AsSpan(0, _carriedLength).CopyTo(room);
        var length = _carriedLength + WithoutSpaces(text, room.AsSpan(_carriedLength));
        var whole = length == 0 ? 0 : (length - 1) / 4 * 4;
        if (whole > 0)
            DecodeQuads(room.AsSpan(0, whole), isEnd: false);
        _carriedLength = length - whole;
        room.AsSpan(whole, _carriedLength).CopyTo(_carried);
        ArrayPool<byte>.Shared.Return(room);
    }

    private static int WithoutSpaces(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (!text.ContainsAny(" \t\r\n"u8))
        {
            text.CopyTo(output);
            return text.Length;
        }
        var length = 0;
        foreach (var b in text)
        {
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                output[length++] = b;
        }
        return length;
    }

    private void DecodeQuads(ReadOnlySpan<byte> quads, bool isEnd)
    {
        var room = _decoded.Writer.GetSpan(Base64.GetMaxDecodedFromUtf8Length(quads.Length) + 3);
        if (Base64.DecodeFromUtf8(quads, room, out var read, out var written, isEnd) != OperationStatus.Done || read != quads.Length)
        {
            _isBroken = true;
            return;
        }
        _decoded.Writer.Advance(written);
        Size += written;
    }
}
