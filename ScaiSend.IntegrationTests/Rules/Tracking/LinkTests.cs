using ScaiSend.IntegrationTests.Rules.Rendering;
using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class LinkTests
{
    private static readonly TrackingSettings WithAnalytics = new()
    {
        AddsAnalytics = true,
        Analytics = new Analytics(Source: "news", Campaign: "spring & sale"),
    };

    [Theory]
    [InlineData("See https://a.example/x, and http://b.example.", "See [0: https://a.example/x], and [1: http://b.example].")]
    [InlineData("(https://a.example/Mail_(post))", "([0: https://a.example/Mail_(post)])")]
    [InlineData("<https://a.example/?a=1&b=2#c>", "<[0: https://a.example/?a=1&b=2#c]>")]
    [InlineData("HTTPS://A.example/", "[0: HTTPS://A.example/]")]
    [InlineData("\"http://a.example/é\"\nhttps://b.example/\r\n", "\"[0: http://a.example/é]\"\n[1: https://b.example/]")]
    [InlineData("https://a.example/a?u=https://b.example/", "[0: https://a.example/a?u=https://b.example/]")]
    [InlineData("xhttps://a.example ftp://b.example http:// https://... www.c.example", null)]
    [InlineData("mailto:a@b.example https://mail.example.net/t/u/x", null)]
    [InlineData("", null)]
    public async Task Links_in_text_are_tracked_when_asked_for(string text, string? tracked)
    {
        if (text.Length == 0)
            text = "No links";
        Assert.Equal(tracked ?? text, Tracked.ReadLinks(await Tracked.TextAsync(text, Tracked.ClicksInText), isInText: true));
        Assert.Equal(text.ReplaceLineEndings("\n").TrimEnd('\n'), await Tracked.TextAsync(text, Tracked.Clicks));
    }

    [Theory]
    [InlineData("<a href=\"https://mail.example.net/t/u/abc\">u</a>")]
    [InlineData("<a href=\"https://mail.example.net/t/c/abc?u=x\">c</a>")]
    [InlineData("<a href=\"https://a.example/?<b>\">c</a>")]
    [InlineData("<a href='https://a.example/?\"&quot;'>c</a>")]
    [InlineData("<a href=\"https://&quot;a&quot;.example/\">c</a>")]
    [InlineData("<a href=\"https://a.example/&lt;&#1;\">c</a>")]
    public async Task Some_links_in_html_stay(string html) => Assert.Equal(html, await Tracked.HtmlAsync(html, Tracked.Clicks));

    [Fact]
    public async Task Links_to_our_other_pages_are_tracked() =>
        Assert.Equal(
            "<a href=\"[0: https://mail.example.net/top]\">x</a>",
            Tracked.ReadLinks(await Tracked.HtmlAsync("<a href=\"https://mail.example.net/top\">x</a>", Tracked.Clicks))
        );

    [Fact]
    public async Task A_link_that_is_too_long_for_the_fact_of_a_click_stays()
    {
        string Link(int length) => $"<a href=\"https://a.example/{new string('x', length - 18)}\">x</a>";

        Assert.Contains("/t/c/", await Tracked.HtmlAsync(Link(2048), Tracked.Clicks), StringComparison.Ordinal);
        Assert.Equal(Link(2049), await Tracked.HtmlAsync(Link(2049), Tracked.Clicks));
    }

    [Fact]
    public async Task Bodies_of_other_types_stay()
    {
        const string amp = "<!doctype html><html ⚡4email><body><a href=\"https://a.example/\">x</a></body></html>";
        var all = new TrackingSettings
        {
            CountsClicks = true,
            CountsClicksInText = true,
            CountsOpens = true,
            OffersUnsubscribe = true,
        };

        var mail = await Tracked.ParsedAsync(all, null, ("text/plain", "x"), ("text/x-amp-html", amp), ("text/html", "<p>y"));

        var part = mail.BodyParts.OfType<MimeKit.TextPart>().Single(p => p.ContentType.MediaSubtype == "x-amp-html");
        Assert.Equal(amp, part.Text);
    }

    [Theory]
    [InlineData("https://a.example", "https://a.example?utm_source=news&amp;utm_campaign=spring%20%26%20sale")]
    [InlineData(
        "https://a.example/?a=1&amp;b=2#c",
        "https://a.example/?a=1&amp;b=2&amp;utm_source=news&amp;utm_campaign=spring%20%26%20sale#c"
    )]
    [InlineData("https://a.example/?#c", "https://a.example/?utm_source=news&amp;utm_campaign=spring%20%26%20sale#c")]
    [InlineData("https://a.example/?UTM_SOURCE=own", "https://a.example/?UTM_SOURCE=own&amp;utm_campaign=spring%20%26%20sale")]
    [InlineData("https://a.example/?utm_source=a&utm_campaign=b", "https://a.example/?utm_source=a&utm_campaign=b")]
    [InlineData("https://a.example/?a&#38;b#c", "https://a.example/?a&#38;b&amp;utm_source=news&amp;utm_campaign=spring%20%26%20sale#c")]
    [InlineData("mailto:a@b.example", "mailto:a@b.example")]
    public async Task Analytics_are_added_to_links_in_html(string url, string changed) =>
        Assert.Equal($"<a href='{changed}'>x</a>", await Tracked.HtmlAsync($"<a href='{url}'>x</a>", WithAnalytics));

    [Fact]
    public async Task Analytics_are_in_what_a_tracked_link_leads_to()
    {
        var html = await Tracked.HtmlAsync("<a href=https://a.example/?a=1&amp;b#c>x</a>", WithAnalytics with { CountsClicks = true });

        Assert.Equal(
            "<a href=[0: https://a.example/?a=1&b&utm_source=news&utm_campaign=spring%20%26%20sale#c]>x</a>",
            Tracked.ReadLinks(html)
        );
    }

    [Fact]
    public async Task Analytics_are_added_to_links_in_text() =>
        Assert.Equal(
            "At https://a.example/?utm_source=news&utm_campaign=spring%20%26%20sale.",
            await Tracked.TextAsync("At https://a.example/.", WithAnalytics)
        );

    [Theory]
    [InlineData("<p>a</p>[pixel]<p>b</p>", "[pixel]", "<p>a</p>|<p>b</p>")]
    [InlineData("<body>a</body>", "[pixel]", "<body>a|</body>")]
    [InlineData("<body>a</body>", "", "<body>a|</body>")]
    [InlineData("%open%b%open%", "%open%", "|b%open%")]
    public async Task The_pixel_takes_the_place_of_its_tag(string html, string tag, string marked)
    {
        var (changed, at) = Tracked.WithoutPixel(await Tracked.HtmlAsync(html, Tracked.Opens with { OpenTag = tag }));

        Assert.Equal(marked, changed.Insert(at, "|"));
    }

    [Fact]
    public async Task A_text_has_no_pixel() =>
        Assert.Equal("a [pixel]", await Tracked.TextAsync("a [pixel]", Tracked.Opens with { OpenTag = "[pixel]" }));

    [Fact]
    public async Task Each_email_has_links_of_its_own()
    {
        var one = Mails.Plain.WithContent(("text/html", "<a href=https://a.example>x</a>")) with { Tracking = Tracked.Clicks };
        var other = one with { EmailId = Guid.Parse("01999999-1111-7222-8333-999999999999") };

        var (first, second) = ((await one.ParsedAsync()).HtmlBody, (await other.ParsedAsync()).HtmlBody);

        Assert.NotEqual(first, second);
        Assert.Contains("https%3A%2F%2Fa.example", second, StringComparison.Ordinal);
    }
}
