using SkiaSharp;

namespace ScaiSend.Api.Images;

/// <summary>A picture made small, in the orientation in which it is shown. Of an animation it is the first frame.</summary>
public sealed record Thumbnail(byte[] Bytes, string ContentType)
{
    /// <summary>Its longest side; smaller pictures keep their size.</summary>
    public const int LongestSide = 200;

    private const int JpegQuality = 80;

    /// <summary>Null when the picture cannot be decoded to its end.</summary>
    public static Thumbnail? Of(SKCodec codec)
    {
        var full = codec.Info;
        var scale = Math.Min(1f, (float)LongestSide / Math.Max(full.Width, full.Height));
        // JPEG and WebP decode to a smaller size at once, which saves most of the memory; twice the size leaves pixels to average.
        var size = scale < 0.5f ? codec.GetScaledDimensions(scale * 2) : full.Size;
        var alpha = full.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        using var colors = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, alpha, colors);
        using var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
            return null;
        bitmap.SetImmutable();
        using var image = SKImage.FromBitmap(bitmap);
        var width = Math.Max(1, (int)MathF.Round(full.Width * scale));
        var height = Math.Max(1, (int)MathF.Round(full.Height * scale));
        return Draw(image, info, width, height, codec.EncodedOrigin);
    }

    private static Thumbnail Draw(SKImage image, SKImageInfo info, int width, int height, SKEncodedOrigin origin)
    {
        var shown = origin.IsTurned() ? info.WithSize(height, width) : info.WithSize(width, height);
        using var surface = SKSurface.Create(shown);
        surface.Canvas.Clear(SKColors.Transparent);
        surface.Canvas.SetMatrix(origin.Turning(width, height));
        surface.Canvas.DrawImage(image, SKRect.Create(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var small = surface.Snapshot();
        var isOpaque = info.AlphaType == SKAlphaType.Opaque;
        using var data = small.Encode(isOpaque ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, JpegQuality);
        return new Thumbnail(data.ToArray(), isOpaque ? "image/jpeg" : "image/png");
    }
}
