using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using ScaiSend.Api.MailSend;
using ScaiSend.Platform.Blobs;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("application/json", null)]
    [InlineData("Application/JSON; charset=UTF-8", null)]
    [InlineData("application/json; charset=\"utf-8\"", null)]
    [InlineData("application/json; charset=latin1", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("nonsense", 415)]
    [InlineData("", 415)]
    [InlineData(null, 415)]
    public async Task Only_json_is_taken(string? contentType, int? status)
    {
        await using var body = await ReadAsync(new MemoryStream("{}"u8.ToArray()), contentType, 2);

        Assert.Equal(status, body.Refusal?.StatusCode);
        Assert.Equal(status is null ? "{}" : "", Encoding.UTF8.GetString(body.Bytes.Span));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(5_000, null)]
    [InlineData(300_000, null)]
    [InlineData(300_000, 10L)]
    [InlineData(3_000, 19_000_000L)]
    public async Task The_bytes_are_those_that_came_whatever_length_was_claimed(int length, long? claimed)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        await using var body = await ReadAsync(new MemoryStream(bytes), "application/json", claimed);

        Assert.Null(body.Refusal);
        Assert.True(body.Bytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task The_limit_itself_is_taken()
    {
        var endless = new EndlessStream { Ends = RequestBody.MaxBytes };

        await using var body = await ReadAsync(endless, "application/json", null);

        Assert.Equal(RequestBody.MaxBytes, body.Bytes.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100L)]
    public async Task A_body_without_end_is_refused_while_it_is_read(long? claimed)
    {
        var endless = new EndlessStream();

        await using var body = await ReadAsync(endless, "application/json", claimed);

        Assert.Equal(413, body.Refusal?.StatusCode);
        Assert.InRange(endless.Position, RequestBody.MaxBytes, RequestBody.MaxBytes + 100_000);
    }

    [Fact]
    public async Task A_body_that_claims_to_be_too_large_is_refused_unread()
    {
        var endless = new EndlessStream();

        await using var body = await ReadAsync(endless, "application/json", RequestBody.MaxBytes + 1);

        Assert.Equal((413, 0L), (body.Refusal?.StatusCode, endless.Position));
    }

    private static async Task<RequestBody> ReadAsync(Stream stream, string? contentType, long? contentLength)
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = contentType;
        http.Request.ContentLength = contentLength;
        http.Request.Body = stream;
        return await RequestBody.ReadAsync(
            http.Request,
            new ArrivingContents(new FolderBlobs(Path.GetTempPath()), Requests.Now),
            withHash: false,
            NullLogger.Instance,
            TestContext.Current.CancellationToken
        );
    }

    private sealed class EndlessStream : Stream
    {
        private long _position;

        public long Ends { get; init; } = long.MaxValue;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = (int)Math.Min(count, Ends - _position);
            buffer.AsSpan(offset, length).Fill((byte)' ');
            _position += length;
            return length;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
