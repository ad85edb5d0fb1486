using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// The bytes of a request in one pooled buffer, read no further than the limit; or the refusal, when the body is too large or not JSON.
/// Dispose it when the bytes are no longer needed: nothing that was parsed from them points into them.
/// </summary>
public sealed class RequestBody : IDisposable
{
    /// <summary>20 MB, base64 included.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

    // What a caller claims in Content-Length is not worth more memory than this; the buffer grows with what really arrives.
    private const int MaxFirstBuffer = 64 * 1024;

    private byte[] _buffer;
    private int _length;

    private RequestBody(int firstBuffer) => _buffer = firstBuffer == 0 ? [] : ArrayPool<byte>.Shared.Rent(firstBuffer);

    /// <summary>The body; empty when refused.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>The answer to give when the body cannot be taken; null when it can.</summary>
    public SendGridErrors? Refusal { get; private init; }

    /// <summary>Reads the body of a request.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType) || IsEncoded(request))
            return new RequestBody(0) { Refusal = SendGridErrors.NotJson };
        if (request.ContentLength > MaxBytes)
            return new RequestBody(0) { Refusal = SendGridErrors.TooLarge };

        var body = new RequestBody((int)Math.Clamp(request.ContentLength ?? 4096, 256, MaxFirstBuffer));
        try
        {
            return await body.FillAsync(request, cancellationToken) ?? body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<RequestBody?> FillAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        while (true)
        {
            System.IO.Pipelines.ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellationToken);
            }
            catch (BadHttpRequestException error)
            {
                // The server found a broken chunk, a short body, or its own size limit: its verdict, our envelope.
                return Refuse(
                    error.StatusCode == StatusCodes.Status413PayloadTooLarge
                        ? SendGridErrors.TooLarge
                        : SendGridErrors.Because(error.StatusCode, "Bad Request: the body could not be read to its end.")
                );
            }

            if (read.Buffer.Length > MaxBytes - _length)
            {
                reader.AdvanceTo(read.Buffer.End);
                return Refuse(SendGridErrors.TooLarge);
            }

            Append(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private RequestBody Refuse(SendGridErrors answer)
    {
        Dispose();
        return new RequestBody(0) { Refusal = answer };
    }

    private void Append(in ReadOnlySequence<byte> bytes)
    {
        var length = _length + (int)bytes.Length;
        if (length > _buffer.Length)
            Grow(length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length = length;
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, Math.Min(_buffer.Length * 2, MaxBytes)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static bool IsJson(string? contentType) =>
        string.Equals(contentType, "application/json", StringComparison.OrdinalIgnoreCase)
        || (
            MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && IsUtf8(type.Charset.AsSpan().Trim('"'))
        );

    // RFC 8259 §8.1
    private static bool IsUtf8(ReadOnlySpan<char> charset) =>
        charset.IsEmpty
        || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    private static bool IsEncoded(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } encoding
        && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase);
}
