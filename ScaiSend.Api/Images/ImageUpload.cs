using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.Api.Images;

/// <summary>
/// A picture on its way in. The file goes from the connection to a temporary file, hashed as it passes and no further than the limit; it is gone when this is disposed.
/// Nothing reaches the blob store before the whole request was read and found right.
/// </summary>
public sealed class ImageUpload : IAsyncDisposable
{
    /// <summary>Of the file alone.</summary>
    public const int MaxFileBytes = 10 * 1024 * 1024;

    /// <summary>Of the whole body.</summary>
    public const int MaxBodyBytes = MaxFileBytes + 256 * 1024;

    private const int MaxParts = 20;

    private readonly List<FieldError> _errors = [];

    private ImageUpload() { }

    /// <summary>The bytes, to be read from their start.</summary>
    public Stream File { get; } = TemporaryFile.Create();

    /// <summary>SHA-256 of the file.</summary>
    public byte[]? Hash { get; private set; }
    public string FileName { get; private set; } = "";
    public string? AltText { get; private set; }
    public string? Folder { get; private set; }

    /// <summary>Reads a request whose body is <c>multipart/form-data</c> with <c>file</c> and, if it likes, <c>alt_text</c> and <c>folder</c>; other parts are passed over.</summary>
    /// <returns>The upload, to be disposed, or what to answer.</returns>
    public static async Task<(ImageUpload? Upload, IResult? Refusal)> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var upload = new ImageUpload();
        try
        {
            await upload.ReadAsync(new FormParts(http.Request, MaxBodyBytes), cancellationToken);
            if (upload._errors.Count == 0)
                return (upload, null);
            await upload.DisposeAsync();
            return (null, Refusals.NotValid(http, upload._errors));
        }
        catch (WrongFormException e)
        {
            await upload.DisposeAsync();
            return (null, Refusals.Because(http, e.StatusCode, e.Message));
        }
        catch
        {
            await upload.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => File.DisposeAsync();

    private async Task ReadAsync(FormParts parts, CancellationToken cancellationToken)
    {
        for (var count = 0; await parts.NextAsync(cancellationToken); count++)
        {
            if (count == MaxParts)
                throw new WrongFormException(StatusCodes.Status400BadRequest, $"The form may have at most {MaxParts} parts");
            switch (parts.Name)
            {
                case "file" when Hash is not null:
                    Refuse("file", "only one file may be given", "value_error");
                    break;
                case "file":
                    FileName = parts.FileName ?? "";
                    Hash = await KeepAsync(parts, cancellationToken);
                    break;
                case "alt_text":
                    AltText = await TextAsync("alt_text", parts, ImageFields.MaxAltText, cancellationToken);
                    break;
                case "folder":
                    Folder = await TextAsync("folder", parts, ImageFields.MaxFolder, cancellationToken);
                    break;
            }
        }
        if (Hash is null)
            Refuse("file", "Field required", "missing");
        if (ImageFields.FolderError(Folder) is { } wrong)
            Refuse("folder", wrong, "value_error");
    }

    private async Task<byte[]> KeepAsync(FormParts parts, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[32 * 1024];
        while (await parts.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (File.Length + count > MaxFileBytes)
                throw new WrongFormException(
                    StatusCodes.Status413PayloadTooLarge,
                    $"A picture may not be larger than {MaxFileBytes} bytes"
                );
            hash.AppendData(buffer.AsSpan(0, count));
            await File.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        return hash.GetHashAndReset();
    }

    private async Task<string?> TextAsync(string name, FormParts parts, int max, CancellationToken cancellationToken)
    {
        var text = await parts.ReadTextAsync(max, cancellationToken);
        if (text is null)
            Refuse(name, $"must be UTF-8 of at most {max} characters", "value_error");
        return text is { Length: > 0 } ? text : null;
    }

    private void Refuse(string name, string message, string type) => _errors.Add(new FieldError("body", name, message, type));
}
