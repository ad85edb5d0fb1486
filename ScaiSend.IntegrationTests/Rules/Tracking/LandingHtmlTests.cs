using ScaiSend.Api.Tracking;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

/// <summary>A tenant's HTML cannot leave its place on the unsubscribe page.</summary>
public sealed class LandingHtmlTests
{
    [Theory]
    [InlineData("<h2>Shop</h2><p style=\"color:red\">Bye</p>", "<h2>Shop</h2><p style=\"color:red\">Bye</p>")]
    [InlineData("<P Title='a \"b\"'>x</P>", "<p title=\"a &quot;b&quot;\">x</p>")]
    [InlineData("<script>alert(1)</script>after", "after")]
    [InlineData("<style>main{display:none}</style>after", "after")]
    [InlineData("<p onclick=\"alert(1)\" id=\"title\" class=\"notice\">x</p>", "<p>x</p>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>", "<a rel=\"noopener noreferrer\">x</a>")]
    [InlineData(
        "<a href=\"https://shop.test/?a=1&amp;b=2\">x</a>",
        "<a href=\"https://shop.test/?a=1&amp;b=2\" rel=\"noopener noreferrer\">x</a>"
    )]
    [InlineData("<img src=\"https://shop.test/logo.png\" onerror=\"x\">", "<img src=\"https://shop.test/logo.png\">")]
    [InlineData("<form action=\"https://evil.test\"><input name=a><button>Go</button></form>after", "after")]
    [InlineData("<iframe src=\"https://evil.test\"></iframe><object></object><svg><script>x</script></svg>after", "after")]
    // What would swallow the rest of the page is closed.
    [InlineData("<div><b>open", "<div><b>open</b></div>")]
    [InlineData("</main></body>x</div>", "x")]
    [InlineData("<b><i>x</b>y</i>", "<b><i>x</i></b>y")]
    [InlineData("<!-- open", "")]
    [InlineData("<textarea>x", "")]
    [InlineData("a < b &lt;script&gt;", "a &lt; b &lt;script&gt;")]
    [InlineData("<custom>kept</custom>", "kept")]
    public void Known_elements_stay_and_nothing_else_does(string html, string clean) => Assert.Equal(clean, LandingHtml.Clean(html));

    [Fact]
    public void Elements_in_elements_have_an_end() =>
        Assert.Equal(64, LandingHtml.Clean(string.Concat(Enumerable.Repeat("<div>", 10_000))).Split("<div>").Length - 1);
}
