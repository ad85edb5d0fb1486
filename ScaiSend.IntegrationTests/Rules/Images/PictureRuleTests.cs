using CsCheck;
using Microsoft.Extensions.Configuration;
using ScaiSend.Api.Images;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using SkiaSharp;

namespace ScaiSend.IntegrationTests.Rules.Images;

public sealed class PictureRuleTests
{
    private static readonly PictureFormat Jpeg = PictureFormat.All.Single(f => f.ContentType == "image/jpeg");

    // The red quarter is where the picture's top left lies when it is shown.
    [Theory]
    [InlineData(1, false, false, false)]
    [InlineData(2, false, true, false)]
    [InlineData(3, false, true, true)]
    [InlineData(4, false, false, true)]
    [InlineData(5, true, false, false)]
    [InlineData(6, true, true, false)]
    [InlineData(7, true, true, true)]
    [InlineData(8, true, false, true)]
    public async Task A_picture_is_measured_and_made_small_as_it_is_shown(int orientation, bool isTurned, bool isRight, bool isBottom)
    {
        using var pictures = new PictureCheck();
        using var file = new MemoryStream(Pictures.Turned(orientation, 400, 240));

        var (picture, _) = await pictures.LookAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal(isTurned ? (240, 400) : (400, 240), (picture!.Width, picture.Height));
        using var small = SKBitmap.Decode(picture.Thumbnail.Bytes);
        Assert.Equal(isTurned ? (120, 200) : (200, 120), (small.Width, small.Height));
        foreach (var (right, bottom) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var pixel = small.GetPixel(small.Width * (right ? 3 : 1) / 4, small.Height * (bottom ? 3 : 1) / 4);
            Assert.Equal((right, bottom) == (isRight, isBottom), pixel is { Red: > 200, Green: < 60 });
        }
    }

    // The decoder is not ours and not managed: whatever it is fed, there is a picture or a reason.
    [Fact]
    public async Task Any_damage_is_answered_and_never_thrown()
    {
        var whole = Pictures.Types.Select(type => Pictures.Of(type, 40, 30)).ToList();
        using var pictures = new PictureCheck();

        await Gen.Select(Gen.Int[0, whole.Count - 1], Gen.Select(Gen.Double[0, 1], Gen.Byte).List[0, 8], Gen.Double[0.5, 1.5])
            .SampleAsync(
                async (kind, damage, length) =>
                {
                    var damaged = whole[kind].ToArray();
                    // Most of what matters stands at the front.
                    foreach (var (place, value) in damage)
                        damaged[(int)(place * place * (damaged.Length - 1))] = value;
                    using var file = new MemoryStream(damaged[..(int)(Math.Min(length, 1) * damaged.Length)]);

                    var (picture, refusal) = await pictures.LookAsync(file, CancellationToken.None);

                    return picture is null != refusal is null
                        && (picture is null || (long)picture.Width * picture.Height is > 0 and <= PictureCheck.MaxPixels);
                },
                iter: 400
            );
    }

    [Theory]
    [InlineData("photo.jpg", "photo.jpg", "photo.jpg")]
    [InlineData("photo.png", "photo.png", "photo.jpg")]
    [InlineData("/etc/passwd", "passwd", "passwd.jpg")]
    [InlineData("..\\..\\boot.ini", "boot.ini", "boot.jpg")]
    [InlineData("a\r\nX: y\0.jpg", "aX: y.jpg", "aX-y.jpg")]
    [InlineData("Ünïcödé 图.jpg", "Ünïcödé 图.jpg", "n-c-d.jpg")]
    [InlineData("图.jpg", "图.jpg", "image.jpg")]
    [InlineData("", "image.jpg", "image.jpg")]
    [InlineData(" ", "image.jpg", "image.jpg")]
    [InlineData("folder/", "image.jpg", "image.jpg")]
    [InlineData(".jpg", ".jpg", "image.jpg")]
    [InlineData("<script>.jpg", "<script>.jpg", "script.jpg")]
    public void A_file_gets_a_name_that_hurts_nobody(string given, string original, string safe)
    {
        Assert.Equal(original, FileNames.Original(given, Jpeg));
        Assert.Equal(safe, FileNames.Safe(original, Jpeg));
    }

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var original = FileNames.Original(new string('a', 254) + "😀.jpg", Jpeg);

        Assert.True(original.Length <= 255);
        Assert.DoesNotContain(original, char.IsSurrogate);
        Assert.Equal(104, FileNames.Safe(original, Jpeg).Length);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("https://mail.example.com", true)]
    [InlineData("http://127.0.0.1:8000/mail/", true)]
    [InlineData("mail.example.com", false)]
    [InlineData("/mail", false)]
    [InlineData("ftp://example.com", false)]
    [InlineData("https://example.com/?a=b", false)]
    [InlineData("https://example.com/#a", false)]
    [InlineData("https://user:secret@example.com", false)]
    public void The_public_address_is_a_plain_web_address(string value, bool isAllowed)
    {
        var errors = Settings.Errors(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    KeyValuePair.Create("ScaiSend:Http:PublicUrl", (string?)value),
                    KeyValuePair.Create("ScaiSend:Secrets:Key", (string?)Convert.ToBase64String(new byte[32])),
                ])
                .Build()
        );

        Assert.Equal(isAllowed, errors.Count == 0);
        if (!isAllowed)
            Assert.StartsWith("Http:PublicUrl is '", Assert.Single(errors), StringComparison.Ordinal);
    }
}
