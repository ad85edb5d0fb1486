using ScaiSend.Platform.Blobs;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>A folder store that breaks as a test says: the store stays a real one.</summary>
public sealed class BreakingBlobs(IBlobStore blobs) : IBlobStore
{
    private int _opened;

    /// <summary>Makes another stream of an attachment's, or null for "not stored"; it is told how many were opened before.</summary>
    public Func<int, Stream, Stream?> OnOpen { get; set; } = (_, stream) => stream;

    /// <summary>Whether the store is away for what is to be kept under a key.</summary>
    public Func<string, bool> IsAway { get; set; } = _ => false;

    public Task PutAsync(string key, Stream content, CancellationToken cancellationToken) =>
        IsAway(key) ? throw new IOException("/a/secret/place is full") : blobs.PutAsync(key, content, cancellationToken);

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenAsync(key, cancellationToken);
        return stream is null || !key.StartsWith("attachments/", StringComparison.Ordinal)
            ? stream
            : OnOpen(Interlocked.Increment(ref _opened) - 1, stream);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => blobs.DeleteAsync(key, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
        blobs.ListAsync(prefix, cancellationToken);

    /// <summary>A stream that gives so many octets and then fails.</summary>
    public static Stream FailAfter(int octets, Stream stream) => new Failing(octets, stream);

    /// <summary>A stream that does this before each read.</summary>
    public static Stream Before(Func<CancellationToken, Task> act, Stream stream) => new Delayed(act, stream);

    private abstract class Wrapper(Stream stream) : Stream
    {
        protected Stream Inner => stream;
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                stream.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Failing(int octets, Stream stream) : Wrapper(stream)
    {
        private int _left = octets;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                throw new IOException("/a/secret/place is broken");
            var count = await Inner.ReadAsync(buffer[..Math.Min(_left, buffer.Length)], cancellationToken);
            _left -= count;
            return count;
        }
    }

    private sealed class Delayed(Func<CancellationToken, Task> act, Stream stream) : Wrapper(stream)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await act(cancellationToken);
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
    }
}
