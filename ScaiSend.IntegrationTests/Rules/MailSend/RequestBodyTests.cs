using Microsoft.AspNetCore.Http;
using ScaiSend.Api.MailSend;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>The body's size and type.</summary>
public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(0, null, null)]
    [InlineData(70_000, null, null)]
    [InlineData(RequestBody.Limit, null, null)]
    [InlineData(RequestBody.Limit, RequestBody.Limit, null)]
    [InlineData(RequestBody.Limit + 1, null, 413)]
    [InlineData(21 * 1024 * 1024, null, 413)]
    [InlineData(21 * 1024 * 1024, 100, 413)]
    [InlineData(100, 21 * 1024 * 1024, 413)]
    public async Task Twenty_megabytes_are_read_however_they_come(int size, int? declared, int? refusal)
    {
        var sent = new byte[size];
        new Random(7).NextBytes(sent);
        using var body = new Chunks(sent);

        var outcome = await RequestBody.ReadAsync(Request(body, "application/json", declared), TestContext.Current.CancellationToken);

        Assert.Equal(refusal, outcome.Refusal?.StatusCode);
        Assert.Equal(refusal is null, outcome.Bytes.Span.SequenceEqual(sent));
        Assert.True(body.Position <= RequestBody.Limit + 1);
    }

    [Theory]
    [InlineData("application/json", null)]
    [InlineData("Application/JSON", null)]
    [InlineData("application/json; charset=utf-8", null)]
    [InlineData("application/json;charset=UTF-8", null)]
    [InlineData("text/json", 415)]
    [InlineData("application/jsonp", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("", 415)]
    [InlineData(null, 415)]
    public async Task Only_json_is_read(string? contentType, int? refusal)
    {
        using var body = new MemoryStream();

        var outcome = await RequestBody.ReadAsync(Request(body, contentType, null), TestContext.Current.CancellationToken);

        Assert.Equal(refusal, outcome.Refusal?.StatusCode);
    }

    private static HttpRequest Request(Stream body, string? contentType, long? declared)
    {
        var request = new DefaultHttpContext().Request;
        (request.Body, request.ContentType, request.ContentLength) = (body, contentType, declared);
        return request;
    }

    /// <summary>Gives a few kilobytes at a time, as a connection does.</summary>
    private sealed class Chunks(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 60_000)], cancellationToken);
    }
}
