using ScaiSend.Contracts.Messages;
using ScaiSend.Processing.Rendering;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

public sealed class FooterTests
{
    private static readonly Footer Both = new("-- \nShop", "<p>Shop</p>");

    [Theory]
    [InlineData("text/plain", "Hello", "Hello\n-- \nShop")]
    [InlineData("text/plain", "Hello\r\n", "Hello\r\n-- \nShop")]
    [InlineData("text/html", "<p>Hi</p>", "<p>Hi</p><p>Shop</p>")]
    [InlineData("text/html", "<html><BODY>Hi</BODY ></html>", "<html><BODY>Hi<p>Shop</p></BODY ></html>")]
    [InlineData("text/html", "<pre></body></pre>Hi</body>", "<pre></body></pre>Hi<p>Shop</p></body>")]
    [InlineData("text/html", "<html>Hi</html>", "<html>Hi<p>Shop</p></html>")]
    [InlineData("text/calendar", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR")]
    public void A_footer_stands_at_the_end_of_its_body(string type, string body, string expected) =>
        Assert.Equal(expected, Footers.Add(type, body, Both));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/html")]
    public void A_footer_without_this_type_changes_nothing(string type)
    {
        Assert.Equal("a", Footers.Add(type, "a", null));
        Assert.Equal("a", Footers.Add(type, "a", new Footer(null, "")));
        Assert.Equal("a", Footers.Add(type, "a", new Footer("", null)));
    }
}
