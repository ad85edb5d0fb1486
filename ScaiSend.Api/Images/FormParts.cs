using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ScaiSend.Api.Images;

/// <summary>The parts of a <c>multipart/form-data</c> body, one after the other, as they come from the connection.</summary>
public sealed class FormParts
{
    /// <summary>RFC 2046 §5.1.1.</summary>
    private const int MaxBoundary = 70;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MultipartReader _reader;
    private readonly int _maxBytes;
    private MultipartSection? _part;
    private long _read;
    private ContentDispositionHeaderValue? _disposition;

    /// <param name="maxBytes">Of all parts together. Counted here and not by the server, which would close the connection before the caller has read why.</param>
    public FormParts(HttpRequest request, int maxBytes)
    {
        _maxBytes = maxBytes;
        if (request.ContentLength > maxBytes)
            throw TooLarge();
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
            throw new WrongFormException(StatusCodes.Status415UnsupportedMediaType, "Content-Type should be multipart/form-data");
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundary)
            throw new WrongFormException(
                StatusCodes.Status400BadRequest,
                $"The Content-Type needs a boundary of at most {MaxBoundary} characters"
            );
        _reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024 };
    }

    /// <summary>The field's name, of the part that came last.</summary>
    public string Name => HeaderUtilities.RemoveQuotes(_disposition?.Name ?? default).ToString();

    /// <summary>The file's name as the caller gave it, of the part that came last; null when it has none.</summary>
    public string? FileName =>
        _disposition?.FileNameStar is { HasValue: true, Length: > 0 } star ? star.Value
        : _disposition?.FileName is { HasValue: true } name ? HeaderUtilities.RemoveQuotes(name).ToString()
        : null;

    /// <summary>Goes on to the next part, over what is left of this one; false after the last one.</summary>
    public async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (_part is not null && await ReadAsync(buffer, cancellationToken) > 0) { }
        _part = await CheckAsync(() => _reader.ReadNextSectionAsync(cancellationToken));
        _disposition = ContentDispositionHeaderValue.TryParse(_part?.ContentDisposition, out var disposition) ? disposition : null;
        return _part is not null;
    }

    /// <summary>Some of the part's bytes; none at its end.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await CheckAsync(() => _part!.Body.ReadAsync(buffer, cancellationToken).AsTask());
        _read += count;
        return _read <= _maxBytes ? count : throw TooLarge();
    }

    /// <summary>The part's text, or null when it is too long or not UTF-8.</summary>
    public async Task<string?> ReadTextAsync(int maxLength, CancellationToken cancellationToken)
    {
        var bytes = new byte[Strict.GetMaxByteCount(maxLength)];
        var length = 0;
        while (length < bytes.Length && await ReadAsync(bytes.AsMemory(length), cancellationToken) is var count and > 0)
            length += count;
        try
        {
            var text = Strict.GetString(bytes, 0, length);
            return text.Length <= maxLength ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private WrongFormException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body may not be larger than {_maxBytes} bytes");

    // Tells what the caller did wrong from what our own disk did.
    private static async Task<T> CheckAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new WrongFormException(StatusCodes.Status400BadRequest, "The body is not valid multipart/form-data");
        }
    }
}

/// <summary>The form cannot be read on; the text says why.</summary>
public sealed class WrongFormException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;
}
