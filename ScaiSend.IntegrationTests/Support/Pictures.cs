using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Small pictures of every kind, made when they are needed.</summary>
public static class Pictures
{
    public static readonly string[] Types = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    public static byte[] Of(string contentType, int width = 300, int height = 150) =>
        contentType switch
        {
            "image/jpeg" => Encoded(SKEncodedImageFormat.Jpeg, width, height),
            "image/png" => Encoded(SKEncodedImageFormat.Png, width, height),
            "image/webp" => Encoded(SKEncodedImageFormat.Webp, width, height),
            _ => Gif(width, height),
        };

    public static string Extension(string contentType) => contentType == "image/jpeg" ? ".jpg" : contentType.Replace("image/", ".");

    /// <summary>Red at the top left, otherwise speckled, so that it does not shrink to nothing.</summary>
    public static SKBitmap Drawn(int width, int height, bool isOpaque)
    {
        var bitmap = new SKBitmap(
            new SKImageInfo(width, height, SKColorType.Rgba8888, isOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul)
        );
        var chance = new Random(1);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var gray = (byte)chance.Next(150, 250);
            var color = x < width / 2 && y < height / 2 ? SKColors.Red : new SKColor(gray, gray, gray, isOpaque ? (byte)255 : gray);
            bitmap.SetPixel(x, y, color);
        }
        return bitmap;
    }

    /// <summary>A JPEG whose EXIF block tells how to turn it: 1 to 8.</summary>
    public static byte[] Turned(int orientation, int width, int height)
    {
        var jpeg = Encoded(SKEncodedImageFormat.Jpeg, width, height);
        // APP1, 34 bytes long: "Exif", big-endian TIFF, one entry: tag 0x0112 (orientation), type SHORT, count 1.
        byte[] exif =
        [
            .. (byte[])[0xFF, 0xE1, 0, 34],
            .. "Exif\0\0"u8,
            .. "MM\0*"u8,
            .. (byte[])[0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0],
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>A picture of this type whose header promises as many pixels as the format can.</summary>
    public static byte[] Bomb(string contentType)
    {
        var bytes = Of(contentType);
        switch (contentType)
        {
            case "image/png":
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 60_000);
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), 60_000);
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), Crc(bytes.AsSpan(12, 17)));
                break;
            case "image/gif":
                bytes.AsSpan(6, 4).Fill(0xFF);
                break;
            case "image/jpeg":
                var frame = bytes.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + 5), 60_000);
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + 7), 60_000);
                break;
            default:
                // A lossy frame: 14 bits for each side after the start code.
                var start = bytes.AsSpan().IndexOf<byte>([0x9D, 0x01, 0x2A]);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(start + 3), 16_383);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(start + 5), 16_383);
                break;
        }
        return bytes;
    }

    private static byte[] Encoded(SKEncodedImageFormat format, int width, int height)
    {
        using var bitmap = Drawn(width, height, isOpaque: format != SKEncodedImageFormat.Png);
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    // Skia writes no GIF. Two frames, 128 colors; a clear code before the table grows keeps every code at eight bits.
    private static byte[] Gif(int width, int height)
    {
        var gif = new List<byte>(Encoding.ASCII.GetBytes("GIF89a"));
        gif.AddRange([(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0xF6, 0, 0]);
        for (var color = 0; color < 128; color++)
            gif.AddRange([(byte)(color * 2), 255, (byte)(255 - color)]);
        for (var frame = 0; frame < 2; frame++)
        {
            gif.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0]);
            gif.AddRange([0x2C, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 7]);
            var codes = new List<byte>();
            for (var i = 0; i < width * height; i++)
            {
                if (i % 100 == 0)
                    codes.Add(128);
                codes.Add((byte)((i + frame * 7) % 128));
            }
            codes.Add(129);
            foreach (var block in codes.Chunk(255))
                gif.AddRange([(byte)block.Length, .. block]);
            gif.Add(0);
        }
        gif.Add(0x3B);
        return [.. gif];
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
