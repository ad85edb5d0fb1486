using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ScaiSend.Benchmarks.Attachments;

/// <summary>A mail-send request as large as one may be, made while it is sent: its attachment is a stream of random bytes that its number decides.</summary>
public sealed class LargeRequest : HttpContent
{
    /// <summary>The largest body that the door takes, all but a few bytes.</summary>
    public const int BodySize = 20 * 1024 * 1024 - 8;

    // A multiple of three, so that pieces of base64 can be put together.
    private const int Piece = 3 * 16 * 1024;
    private readonly int number;
    private readonly byte[] head;
    private readonly byte[] tail = "\"}]}"u8.ToArray();

    /// <param name="number">Which one: decides recipient and content.</param>
    public LargeRequest(int number)
    {
        this.number = number;
        head = Encoding.ASCII.GetBytes(
            $$"""{"personalizations":[{"to":[{"email":"u{{number}}@b.test"}]}],"from":{"email":"news@example.test"},"subject":"Large {{number}}","""
                + """ "content":[{"type":"text/plain","value":"See the file."}],"attachments":[{"filename":"large.bin","content":" """.TrimEnd()
        );
        Headers.ContentType = new("application/json");
    }

    /// <summary>SHA-256 of the attachment; known once it was sent.</summary>
    public string? AttachmentHash { get; private set; }

    private int AttachmentSize => (BodySize - head.Length - tail.Length) / 4 * 3;

    protected override bool TryComputeLength(out long length)
    {
        length = head.Length + AttachmentSize / 3 * 4 + tail.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(number);
        var bytes = new byte[Piece];
        var text = new byte[Piece / 3 * 4];
        await stream.WriteAsync(head, cancellationToken);
        for (var left = AttachmentSize; left > 0; left -= Piece)
        {
            var piece = bytes.AsMemory(0, Math.Min(Piece, left));
            random.NextBytes(piece.Span);
            hash.AppendData(piece.Span);
            Base64.EncodeToUtf8(piece.Span, text, out _, out var written);
            await stream.WriteAsync(text.AsMemory(0, written), cancellationToken);
        }
        await stream.WriteAsync(tail, cancellationToken);
        AttachmentHash = Convert.ToHexString(hash.GetHashAndReset());
    }
}
