using SkiaSharp;

namespace ScaiSend.Api.Images;

/// <summary>What is known of a picture once it was decoded.</summary>
/// <param name="Width">As shown, that is with its orientation applied.</param>
public sealed record CheckedPicture(PictureFormat Format, int Width, int Height, Thumbnail Thumbnail);

/// <summary>
/// Decodes an uploaded picture, which is the only proof that it is one, and makes its thumbnail. Decoding costs memory and time that the caller chooses,
/// so the header is judged first and few pictures are decoded at once.
/// </summary>
public sealed class PictureCheck : IDisposable
{
    /// <summary>More is refused before anything is decoded: a picture of this size takes 100 MB.</summary>
    public const int MaxPixels = 25_000_000;

    /// <summary>Passes over all pixels that a progressive JPEG may ask for; real ones have about ten.</summary>
    public const int MaxScans = 500;

    /// <summary>Pictures in decoding, per process.</summary>
    private const int AtOnce = 2;

    /// <summary>How long an upload waits for its turn before the caller is asked to come again.</summary>
    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>The picture, or why it is refused.</summary>
    /// <exception cref="TimeoutException">Too many wait.</exception>
    public async Task<(CheckedPicture? Picture, string? Refusal)> LookAsync(Stream file, CancellationToken cancellationToken)
    {
        if (!await _turns.WaitAsync(WaitLimit, cancellationToken))
            throw new TimeoutException("Too many pictures wait to be decoded");
        try
        {
            var bytes = new byte[file.Length];
            file.Position = 0;
            await file.ReadExactlyAsync(bytes, cancellationToken);
            return await Task.Run(() => Look(bytes), CancellationToken.None);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static (CheckedPicture? Picture, string? Refusal) Look(byte[] bytes)
    {
        if (PictureFormat.Of(bytes) is not { } format)
            return (null, "Unsupported picture type; allowed are JPEG, PNG, GIF and WebP");
        if (format.Codec == SKEncodedImageFormat.Jpeg && Scans(bytes) > MaxScans)
            return (null, $"The picture may have at most {MaxScans} scans");
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat != format.Codec)
            return (null, Malformed(format));
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
            return (null, $"The picture has {width} x {height} pixels; allowed are {MaxPixels} in all");
        if (Thumbnail.Of(codec) is not { } thumbnail)
            return (null, Malformed(format));
        return (
            codec.EncodedOrigin.IsTurned()
                ? new CheckedPicture(format, height, width, thumbnail)
                : new CheckedPicture(format, width, height, thumbnail),
            null
        );
    }

    private static string Malformed(PictureFormat format) => $"The file begins like {format.ContentType} but cannot be decoded to its end";

    // Start-of-scan markers. Compressed data cannot contain one by chance; other segments can, which the generous limit allows for.
    private static int Scans(ReadOnlySpan<byte> bytes) => bytes.Count((ReadOnlySpan<byte>)[0xFF, 0xDA]);
}
