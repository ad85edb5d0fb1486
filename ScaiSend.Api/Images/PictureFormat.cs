using SkiaSharp;

namespace ScaiSend.Api.Images;

/// <summary>A kind of picture that mails may show.</summary>
/// <param name="Signature">How its bytes begin; a null byte stands for any.</param>
public sealed record PictureFormat(string ContentType, string Extension, SKEncodedImageFormat Codec, byte?[] Signature)
{
    /// <summary>All there are. What is not here is neither taken nor served.</summary>
    public static IReadOnlyList<PictureFormat> All { get; } =
    [
        new("image/jpeg", ".jpg", SKEncodedImageFormat.Jpeg, [0xFF, 0xD8, 0xFF]),
        new("image/png", ".png", SKEncodedImageFormat.Png, [0x89, .. Text("PNG\r\n"), 0x1A, 0x0A]),
        new("image/gif", ".gif", SKEncodedImageFormat.Gif, [.. Text("GIF8"), null, .. Text("a")]),
        new("image/webp", ".webp", SKEncodedImageFormat.Webp, [.. Text("RIFF"), null, null, null, null, .. Text("WEBP")]),
    ];

    /// <summary>The format that the bytes begin like, whatever they are called; null when it is none of ours.</summary>
    public static PictureFormat? Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var format in All)
        {
            if (format.BeginsLike(bytes))
                return format;
        }
        return null;
    }

    private bool BeginsLike(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Signature.Length)
            return false;
        for (var i = 0; i < Signature.Length; i++)
        {
            if (Signature[i] is { } wanted && bytes[i] != wanted)
                return false;
        }
        return true;
    }

    private static IEnumerable<byte?> Text(string ascii) => ascii.Select(c => (byte?)c);
}
