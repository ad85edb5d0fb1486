using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class ImageSourceTests
{
    private const string Id = "img_0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData($"<img src=\"{Id}\">", $"<img src=\"https://mail.example.net/i/{Id}\">")]
    [InlineData($"<img src='/i/{Id}'>", $"<img src='https://mail.example.net/i/{Id}'>")]
    [InlineData($"<IMG SRC={Id} ALT=x>", $"<IMG SRC=https://mail.example.net/i/{Id} ALT=x>")]
    [InlineData($"<img src=\"https://mail.example.net/i/{Id}\"/>", $"<img src=\"https://mail.example.net/i/{Id}\"/>")]
    [InlineData($"<img src=\"{Id}?variant=thumbnail\">", $"<img src=\"https://mail.example.net/i/{Id}?variant=thumbnail\">")]
    [InlineData($"<img src=\"https://other.example/i/{Id}\">", null)]
    [InlineData($"<img src=\"https://mail.example.net{Id}\">", null)]
    [InlineData($"<img src=\"https://mail.example.net/{Id}\">", null)]
    [InlineData($"<img src=\"cid:{Id}\"><a href=\"{Id}\">x</a><p>{Id}", null)]
    [InlineData("<img src=\"img_0123\"><img src=\"img_logo.png\">", null)]
    [InlineData($"<!-- <img src=\"{Id}\"> -->", null)]
    public async Task An_image_of_ours_is_shown_by_its_whole_url(string html, string? changed) =>
        Assert.Equal(changed ?? html, await Tracked.HtmlAsync(html, TrackingSettings.Off));
}
