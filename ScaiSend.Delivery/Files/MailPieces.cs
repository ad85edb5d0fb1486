using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.Delivery.Files;

/// <summary>Reads a mail piece by piece, as it goes over the wire: of a large attachment only one block is in memory at a time.</summary>
public sealed class MailPieces(IBlobStore blobs, TimeProvider time)
{
    /// <summary>How long the store may take to open an attachment, or to give one block of it.</summary>
    public static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(30);

    private const int LinesPerBlock = 512;
    private const int OctetsPerBlock = LinesPerBlock * MailFile.OctetsPerLine;
    private const int EncodedLine = MailFile.OctetsPerLine / 3 * 4;

    /// <summary>What keeps the mail's attachments from being read, as far as opening them tells; null when nothing does.</summary>
    public async Task<FileTroubleException?> FindTroubleAsync(RenderedMail mail, CancellationToken cancellationToken)
    {
        if (mail.Files is null)
            return null;
        using var limit = new ReadTimer(time, cancellationToken);
        try
        {
            foreach (var file in mail.Files)
                await using (await OpenAsync(file, limit)) { }
            return null;
        }
        catch (FileTroubleException trouble)
        {
            return trouble;
        }
    }

    /// <summary>
    /// The mail from this place of its bytes on. A piece is valid until the next one is asked for.
    /// Throws <see cref="FileTroubleException"/> when an attachment cannot be read whole.
    /// </summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        RenderedMail mail,
        int start,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var file in mail.Files ?? [])
        {
            yield return mail.Bytes[start..file.Offset];
            start = file.Offset;
            await foreach (var block in EncodeAsync(file, cancellationToken))
                yield return block;
        }
        yield return mail.Bytes[start..];
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> EncodeAsync(
        MailFile file,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var limit = new ReadTimer(time, cancellationToken);
        using var octets = MemoryPool<byte>.Shared.Rent(OctetsPerBlock);
        using var lines = MemoryPool<byte>.Shared.Rent(LinesPerBlock * (EncodedLine + 2));
        await using var stream = await OpenAsync(file, limit);
        var total = 0L;
        int count;
        do
        {
            count = await ReadAsync(stream, octets.Memory[..OctetsPerBlock], limit);
            // What was said about the size (RFC 1870) must stay true.
            if (total + count > file.Size || (count < OctetsPerBlock && total + count < file.Size))
                throw new FileTroubleException("The blob store gave an attachment of another size");
            yield return lines.Memory[..Encode(octets.Memory.Span[..count], lines.Memory.Span, isFirst: total == 0)];
            total += count;
        } while (count == OctetsPerBlock);
    }

    private static int Encode(ReadOnlySpan<byte> octets, Span<byte> lines, bool isFirst)
    {
        var length = 0;
        while (!octets.IsEmpty)
        {
            // Between lines: none in front of the first.
            if (length > 0 || !isFirst)
            {
                "\r\n"u8.CopyTo(lines[length..]);
                length += 2;
            }
            var line = octets[..Math.Min(MailFile.OctetsPerLine, octets.Length)];
            Base64.EncodeToUtf8(line, lines[length..], out _, out var written);
            length += written;
            octets = octets[line.Length..];
        }
        return length;
    }

    private async Task<Stream> OpenAsync(MailFile file, ReadTimer limit)
    {
        try
        {
            return await blobs.OpenAsync(file.BlobKey, limit.Restart())
                ?? throw new FileTroubleException("An attachment is no longer stored", isGone: true);
        }
        catch (Exception e) when (!limit.IsOfCaller)
        {
            throw FileTroubleException.Of(e);
        }
        finally
        {
            limit.Pause();
        }
    }

    private static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> octets, ReadTimer limit)
    {
        try
        {
            return await stream.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, limit.Restart());
        }
        catch (Exception e) when (!limit.IsOfCaller)
        {
            throw FileTroubleException.Of(e);
        }
        finally
        {
            limit.Pause();
        }
    }

    /// <summary>Ends a wait for the store, but never the time that the receiver takes between two of them.</summary>
    private sealed class ReadTimer(TimeProvider time, CancellationToken caller) : IDisposable
    {
        private readonly CancellationTokenSource _limit = new(Timeout.InfiniteTimeSpan, time);
        private CancellationTokenSource? _either;

        public bool IsOfCaller => caller.IsCancellationRequested;

        public CancellationToken Restart()
        {
            _either ??= CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, caller);
            _limit.CancelAfter(ReadLimit);
            return _either.Token;
        }

        public void Pause() => _limit.CancelAfter(Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            _either?.Dispose();
            _limit.Dispose();
        }
    }
}
