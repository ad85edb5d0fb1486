using System.Diagnostics;
using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class HostileBodies
{
    private const int Size = 3_000_000;

    // Linear time is a fraction of a second; the square of such a size takes minutes.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TrackingSettings All = new()
    {
        CountsOpens = true,
        CountsClicks = true,
        CountsClicksInText = true,
        OffersUnsubscribe = true,
        AddsAnalytics = true,
        Analytics = new Analytics("a"),
    };

    [Theory]
    [InlineData("<!--")]
    [InlineData("<!---->")]
    [InlineData("<!--a--!")]
    [InlineData("<")]
    [InlineData("</")]
    [InlineData("<!")]
    [InlineData("<a ")]
    [InlineData("<a href=\"")]
    [InlineData("<a href='https://a.example/")]
    [InlineData("<script></script")]
    [InlineData("<template>")]
    [InlineData("<%")]
    [InlineData("<% x")]
    [InlineData("http://")]
    [InlineData("://")]
    [InlineData("http://a)))))))))))))))))))))))))")]
    public async Task A_body_that_is_made_to_take_long_does_not(string piece)
    {
        var body = string.Concat(Enumerable.Repeat(piece, Size / piece.Length));
        var clock = Stopwatch.StartNew();

        await Tracked.ParsedAsync(All, null, ("text/plain", body), ("text/html", body));

        Assert.True(clock.Elapsed < Limit, $"It takes {clock.Elapsed}");
    }

    [Fact]
    public async Task Any_bytes_at_all_are_rendered()
    {
        string[] pieces =
        [
            "<a href=",
            "\"",
            "'",
            ">",
            "<!--",
            "-->",
            "https://a.example/",
            " ",
            "<%",
            "%>",
            "</body>",
            "<script>",
            "</script>",
            "&amp;",
            "=",
            "é",
            "<img src=",
            "[unsubscribe]",
            "</",
        ];
        var random = new Random(20261128);
        for (var round = 0; round < 3_000; round++)
        {
            var html = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            var changed = await Tracked.HtmlAsync(html, Tracked.Clicks with { CountsOpens = true });

            // Whatever was there is still there: only links were replaced, and what they lead to is in ours.
            Assert.Equal(html.TrimEnd().ReplaceLineEndings("\n"), LinksAsWritten(Tracked.WithoutPixel(changed).Html).TrimEnd());
        }
    }

    private static string LinksAsWritten(string html) =>
        Tracked
            .ClickLink()
            .Replace(
                html,
                link =>
                    System
                        .Net.WebUtility.HtmlEncode(Uri.UnescapeDataString(link.Groups["url"].Value))
                        .Replace("&#233;", "é", StringComparison.Ordinal)
                        .Replace("&#39;", "'", StringComparison.Ordinal)
            );
}
