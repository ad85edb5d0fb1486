using System.Net;
using System.Text;
using ScaiSend.Api.Images;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Images;

/// <summary>Files that are no pictures, or pictures made to hurt: each is refused, and nothing of it is kept.</summary>
public sealed class HostilePictureTests(ImageDoor door) : IClassFixture<ImageDoor>
{
    private const string Unsupported = "Unsupported picture type; allowed are JPEG, PNG, GIF and WebP";

    private static readonly Dictionary<string, (Func<byte[]> Bytes, int Status, string Says)> Files = new()
    {
        ["nothing"] = (() => [], 400, Unsupported),
        ["a text"] = (() => "not a picture"u8.ToArray(), 400, Unsupported),
        ["a page with script"] = (() => "<html><script>alert(1)</script>"u8.ToArray(), 400, Unsupported),
        ["a drawing with script"] = (() => "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(), 400, Unsupported),
        ["a picture of another kind"] = (() => [.. "BM"u8, .. new byte[100]], 400, Unsupported),
        ["a signature alone"] = (() => Pictures.Of("image/png")[..8], 400, "begins like image/png"),
        ["a signature before a page"] = (() => [.. Pictures.Of("image/gif")[..6], .. "<html>"u8], 400, "begins like image/gif"),
        ["half a JPEG"] = (() => Half("image/jpeg"), 400, "begins like image/jpeg"),
        ["half a PNG"] = (() => Half("image/png"), 400, "begins like image/png"),
        ["a fifth of a GIF"] = (() => Half("image/gif", 5), 400, "begins like image/gif"),
        ["half a WebP"] = (() => Half("image/webp"), 400, "begins like image/webp"),
        ["a JPEG of 3,600 megapixels"] = (() => Pictures.Bomb("image/jpeg"), 400, "60000 x 60000 pixels"),
        ["a PNG of 3,600 megapixels"] = (() => Pictures.Bomb("image/png"), 400, "60000 x 60000 pixels"),
        ["a GIF of 4,295 megapixels"] = (() => Pictures.Bomb("image/gif"), 400, "65535 x 65535 pixels"),
        ["a WebP of 268 megapixels"] = (() => Pictures.Bomb("image/webp"), 400, "16383 x 16383 pixels"),
        ["a JPEG of 501 scans"] = (() => Scans(501), 400, "at most 500 scans"),
        ["one byte too many"] = (() => Padded(ImageUpload.MaxFileBytes + 1), 413, "larger than 10485760 bytes"),
        ["twelve megabytes"] = (() => new byte[12 * 1024 * 1024], 413, "larger than"),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_and_leaves_nothing(string name)
    {
        var (bytes, status, says) = Files[name];
        var before = door.Product.StoredFiles();

        using var form = Uploads.Form(bytes(), "harmless.png");
        using var answer = await door.Product.Http.PostAsync("/v3/images", form, Stop);

        var body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.StartsWith("{\"detail\":\"", body, StringComparison.Ordinal);
        Assert.Contains(says, body, StringComparison.Ordinal);
        Assert.Equal(before, door.Product.StoredFiles());
    }

    [Fact]
    public async Task Exactly_ten_megabytes_are_taken()
    {
        var image = await door.Product.UploadAsync(Padded(ImageUpload.MaxFileBytes));

        Assert.Equal(ImageUpload.MaxFileBytes, image.GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task The_most_pixels_that_are_allowed_are_taken()
    {
        var image = await door.Product.UploadAsync(Flat(5000, 5000));

        Assert.Equal(PictureCheck.MaxPixels, image.GetProperty("width").GetInt32() * image.GetProperty("height").GetInt32());
    }

    [Fact]
    public async Task A_picture_one_row_larger_is_refused()
    {
        using var form = Uploads.Form(Flat(5000, 5001));
        using var answer = await door.Product.Http.PostAsync("/v3/images", form, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("5000 x 5001 pixels", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 5000, 1, 200)]
    [InlineData(5000, 1, 200, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(200, 199, 200, 199)]
    [InlineData(201, 200, 200, 199)]
    public async Task A_thumbnail_keeps_the_shape(int width, int height, int smallWidth, int smallHeight)
    {
        using var reader = door.Product.Reader();
        var image = await door.Product.UploadAsync(Pictures.Of("image/png", width, height));

        using var small = SkiaSharp.SKBitmap.Decode(await reader.GetByteArrayAsync(image.GetProperty("thumbnail_url").GetString(), Stop));

        Assert.Equal((smallWidth, smallHeight), (small.Width, small.Height));
    }

    [Fact]
    public async Task Uploads_at_the_same_time_are_not_mixed_up()
    {
        using var reader = door.Product.Reader();
        var pictures = Enumerable.Range(20, 12).Select(side => Pictures.Of("image/jpeg", side, side)).ToList();

        var images = await Task.WhenAll(pictures.Select(p => door.Product.UploadAsync(p)));

        for (var i = 0; i < pictures.Count; i++)
            Assert.Equal(pictures[i], await reader.GetByteArrayAsync(images[i].GetProperty("url").GetString(), Stop));
    }

    private static byte[] Half(string type, int part = 2)
    {
        var bytes = Pictures.Of(type);
        return bytes[..(bytes.Length / part)];
    }

    // What follows a JPEG's end is no part of the picture.
    private static byte[] Padded(int length)
    {
        var bytes = new byte[length];
        Pictures.Of("image/jpeg").CopyTo(bytes, 0);
        return bytes;
    }

    private static byte[] Flat(int width, int height)
    {
        using var bitmap = new SkiaSharp.SKBitmap(new SkiaSharp.SKImageInfo(width, height, SkiaSharp.SKColorType.Gray8));
        bitmap.Erase(SkiaSharp.SKColors.White);
        using var data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static byte[] Scans(int count) =>
        [.. Pictures.Of("image/jpeg"), .. Enumerable.Repeat<byte[]>([0xFF, 0xDA], count - 1).SelectMany(s => s)];
}
