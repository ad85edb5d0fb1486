using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// The bytes of a request in one pooled buffer, read no further than the limit; or the refusal, when the body is too large or not JSON.
/// The contents of attachments do not stand in it: they are decoded while they arrive, and large ones lie in the blob store already.
/// Dispose it when the bytes are no longer needed: nothing that was parsed from them points into them, and what was stored for no accepted mail is deleted.
/// </summary>
public sealed class RequestBody : IAsyncDisposable
{
    /// <summary>20 MB, base64 included.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <summary>How long a body may take to arrive. A sender that is slower than 240 bytes a second is cut off before by the server.</summary>
    public static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(5);

    /// <summary>How long the blob store may take to delete what a refused request left there.</summary>
    public static readonly TimeSpan ForgetLimit = TimeSpan.FromSeconds(5);

    // What a caller claims in Content-Length is not worth more memory than this; the buffer grows with what really arrives.
    private const int MaxFirstBuffer = 64 * 1024;

    private readonly ArrivingContents _contents;
    private readonly AttachmentScanner _scanner = new();
    private readonly IncrementalHash? _hash;
    private readonly ILogger _log;
    private byte[] _buffer;
    private int _length;
    private long _read;
    private bool _isMalformed;
    private HashSet<string>? _keptKeys;

    private RequestBody(int firstBuffer, ArrivingContents contents, bool withHash, ILogger log)
    {
        (_contents, _log) = (contents, log);
        _hash = withHash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _buffer = firstBuffer == 0 ? [] : ArrayPool<byte>.Shared.Rent(firstBuffer);
    }

    /// <summary>The body without the contents of attachments, whose places hold empty texts; empty when refused.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>What was taken out of the body.</summary>
    public ArrivingContents Contents => _contents;

    /// <summary>The answer to give when the body cannot be taken; null when it can.</summary>
    public SendGridErrors? Refusal { get; private set; }

    /// <summary>SHA-256 of the body as it came; asked for once, and only when it was asked for before reading.</summary>
    public byte[] Hash() => _hash!.GetHashAndReset();

    /// <summary>Reads the body of a request.</summary>
    /// <param name="withHash">Whether <see cref="Hash"/> will be asked for.</param>
    public static async ValueTask<RequestBody> ReadAsync(
        HttpRequest request,
        ArrivingContents contents,
        bool withHash,
        ILogger log,
        CancellationToken cancellationToken
    )
    {
        if (!IsJson(request.ContentType) || IsEncoded(request))
            return new RequestBody(0, contents, false, log) { Refusal = SendGridErrors.NotJson };
        if (request.ContentLength > MaxBytes)
            return new RequestBody(0, contents, false, log) { Refusal = SendGridErrors.TooLarge };

        var firstBuffer = (int)Math.Clamp(request.ContentLength ?? 4096, 256, MaxFirstBuffer);
        var body = new RequestBody(firstBuffer, contents, withHash, log);
        try
        {
            body.Refusal = await body.FillAsync(request, cancellationToken);
            return body;
        }
        catch
        {
            await body.DisposeAsync();
            throw;
        }
    }

    /// <summary>The mail is about to be accepted: what its attachments name stays stored, whatever becomes of it.</summary>
    public void Keep(IEnumerable<Attachment> attachments) => _keptKeys = [.. attachments.Select(a => a.BlobKey)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        _hash?.Dispose();
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        foreach (var content in _contents.Stored.Where(content => _keptKeys?.Contains(content.Key) != true))
            await ForgetAsync(content);
    }

    private async Task ForgetAsync(IncomingAttachment content)
    {
        using var limit = new CancellationTokenSource(ForgetLimit);
        try
        {
            await content.ForgetAsync(limit.Token);
        }
        catch (Exception e)
        {
            _log.LogWarning("The blob {Key} of a refused request stays behind: {Reason}", content.Key, e.Message);
        }
    }

    private async ValueTask<SendGridErrors?> FillAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellationToken);
            }
            // Only here is it the sender who is slow: below, the blob store is.
            catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
            {
                return SendGridErrors.TooSlow;
            }
            catch (BadHttpRequestException error)
            {
                // The server found a broken chunk, a short body, or its own size limit: its verdict, our envelope.
                return error.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? SendGridErrors.TooLarge
                    : SendGridErrors.Because(error.StatusCode, "Bad Request: the body could not be read to its end.");
            }

            _read += read.Buffer.Length;
            if (_read > MaxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return SendGridErrors.TooLarge;
            }

            foreach (var piece in read.Buffer)
                await TakeAsync(piece, cancellationToken);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _hash?.AppendData(piece.Span);
        while (!piece.IsEmpty)
        {
            if (_contents.IsInContent)
            {
                piece = piece[await _contents.TakeAsync(piece, cancellationToken)..];
                if (piece.IsEmpty)
                    return;
                Append(_contents.Leftover);
                if (_contents.IsForeign)
                    _scanner.PassContent();
                else
                {
                    // Whatever is not the closing quote makes the body malformed, and is left for its reader to find.
                    _isMalformed = piece.Span[0] != (byte)'"' || !_contents.Leftover.IsEmpty;
                    Append(piece.Span[..1]);
                    piece = piece[1..];
                    _scanner.AfterContent();
                }
                await _contents.EndAsync(cancellationToken);
                continue;
            }
            var (isFound, passed) = (false, piece.Length);
            if (!_isMalformed)
                isFound = _scanner.Finds(piece.Span, out passed);
            Append(piece.Span[..passed]);
            piece = piece[passed..];
            if (isFound && !_contents.TryBegin(_length - 1))
                _scanner.PassContent();
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var length = _length + bytes.Length;
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
