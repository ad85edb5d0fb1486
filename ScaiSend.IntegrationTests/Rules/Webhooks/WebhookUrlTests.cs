using ScaiSend.Api.Webhooks;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

public sealed class WebhookUrlTests
{
    private const string NoUrl = "must be an absolute URL, such as https://example.com/events";
    private const string NoHttps = "must begin with https://";

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("https://example.com:8443/events?key=1")]
    [InlineData("https://8.8.8.8/events")]
    [InlineData("https://[2606:4700:4700::1111]/events")]
    [InlineData("https://bücher.example/ereignisse")]
    public void A_url_of_the_internet_is_taken(string url) => Assert.Null(WebhookUrl.Wrong(url, allowPrivate: false));

    [Theory]
    [InlineData("", NoUrl)]
    [InlineData("example.com/events", NoUrl)]
    [InlineData("/events", NoUrl)]
    [InlineData("https://", NoUrl)]
    [InlineData("https://exa mple.com/", NoUrl)]
    [InlineData("https://example.com/a b", NoUrl)]
    [InlineData(" https://example.com", NoUrl)]
    [InlineData("https://example.com/\n", NoUrl)]
    [InlineData("http://example.com/events", NoHttps)]
    [InlineData("ftp://example.com/events", NoHttps)]
    [InlineData("file://example.com/etc/passwd", NoHttps)]
    [InlineData("https://user@example.com/", "must not contain a user name or a password")]
    [InlineData("https://user:secret@example.com/", "must not contain a user name or a password")]
    [InlineData("https://127.0.0.1/", "must not name a loopback address")]
    [InlineData("https://2130706433/", "must not name a loopback address")]
    [InlineData("https://0x7f.1/", "must not name a loopback address")]
    [InlineData("https://localhost/", "must not name a loopback address")]
    [InlineData("https://LOCALHOST./", "must not name a loopback address")]
    [InlineData("https://db.localhost/", "must not name a loopback address")]
    [InlineData("https://[::1]/", "must not name a loopback address")]
    [InlineData("https://[::ffff:127.0.0.1]/", "must not name a loopback address")]
    [InlineData("https://10.1.2.3/", "must not name a private address")]
    [InlineData("https://172.16.0.1/", "must not name a private address")]
    [InlineData("https://192.168.1.1/", "must not name a private address")]
    [InlineData("https://[fd00::1]/", "must not name a private address")]
    [InlineData("https://[fe80::1%25eth0]/", "must not name a link-local address")]
    [InlineData("https://169.254.169.254/latest/meta-data", "must not name the address of a metadata service")]
    [InlineData("https://0.0.0.0/", "must not name an unspecified address")]
    [InlineData("https://224.0.0.1/", "must not name a multicast address")]
    public void Another_url_is_refused_and_the_refusal_says_why(string url, string why) =>
        Assert.Equal(why, WebhookUrl.Wrong(url, allowPrivate: false));

    [Theory]
    [InlineData("http://127.0.0.1:8080/events", null)]
    [InlineData("http://localhost:8080/events", null)]
    [InlineData("https://10.1.2.3/events", null)]
    [InlineData("http://169.254.169.254/latest/meta-data", "must not name the address of a metadata service")]
    [InlineData("ftp://127.0.0.1/", "must begin with https:// or http://")]
    [InlineData("http://user@127.0.0.1/", "must not contain a user name or a password")]
    public void Where_private_networks_are_allowed_plain_http_is_too(string url, string? why) =>
        Assert.Equal(why, WebhookUrl.Wrong(url, allowPrivate: true));

    [Fact]
    public void A_url_has_at_most_2048_characters()
    {
        var longest = "https://example.com/".PadRight(2048, 'a');

        Assert.Null(WebhookUrl.Wrong(longest, allowPrivate: false));
        Assert.Equal("must have at most 2048 characters", WebhookUrl.Wrong(longest + "a", allowPrivate: false));
    }
}
