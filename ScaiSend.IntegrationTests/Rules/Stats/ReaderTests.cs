using ScaiSend.Platform.Stats;

namespace ScaiSend.IntegrationTests.Rules.Stats;

/// <summary>What is told from a user agent and from an address.</summary>
public sealed class ReaderTests
{
    [Theory]
    [InlineData(null, "Other", "Other", StatsDimension.OtherClient, "Other")]
    [InlineData("curl/8.5.0", "Other", "Other", StatsDimension.OtherClient, "Other")]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "Chrome",
        "Other",
        StatsDimension.WebmailClient,
        "Webmail"
    )]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87",
        "Edge",
        "Other",
        StatsDimension.WebmailClient,
        "Webmail"
    )]
    [InlineData(
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Firefox",
        "Other",
        StatsDimension.WebmailClient,
        "Webmail"
    )]
    [InlineData(
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0",
        "Other",
        "Thunderbird",
        StatsDimension.DesktopClient,
        "Desktop"
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "Other",
        "iPhone",
        StatsDimension.PhoneClient,
        "Phone"
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Safari",
        "Other",
        StatsDimension.PhoneClient,
        "Phone"
    )]
    [InlineData(
        "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "Other",
        "iPad",
        StatsDimension.TabletClient,
        "Tablet"
    )]
    [InlineData(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
        "Other",
        "Apple Mail",
        StatsDimension.DesktopClient,
        "Desktop"
    )]
    [InlineData(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
        "Safari",
        "Other",
        StatsDimension.WebmailClient,
        "Webmail"
    )]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36",
        "Chrome",
        "Android",
        StatsDimension.PhoneClient,
        "Phone"
    )]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Safari/537.36",
        "Samsung Internet",
        "Other",
        StatsDimension.TabletClient,
        "Tablet"
    )]
    [InlineData(
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; Microsoft Outlook 16.0.17628)",
        "Internet Explorer",
        "Outlook",
        StatsDimension.DesktopClient,
        "Desktop"
    )]
    [InlineData(
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "Firefox",
        "Gmail",
        StatsDimension.WebmailClient,
        "Webmail"
    )]
    public void A_user_agent_tells_browser_client_and_device(
        string? text,
        string browser,
        string client,
        StatsDimension type,
        string device
    ) => Assert.Equal(new UserAgent(browser, client, type, device), UserAgent.Read(text));

    [Theory]
    [InlineData("ada@gmail.com", "Gmail")]
    [InlineData("ada@GoogleMail.com", "Gmail")]
    [InlineData("ada@hotmail.co.uk", "Microsoft")]
    [InlineData("ada@live.nl", "Microsoft")]
    [InlineData("ada@outlook.com", "Microsoft")]
    [InlineData("ada@yahoo.com.br", "Yahoo")]
    [InlineData("ada@gmx.net", "GMX")]
    [InlineData("ada@me.com", "Apple")]
    [InlineData("ada@live.example.com", "Other")]
    [InlineData("ada@gmail.com.example.org", "Other")]
    [InlineData("ada@example.org", "Other")]
    [InlineData("", "Other")]
    [InlineData(null, "Other")]
    public void A_provider_is_told_by_the_domain(string? address, string provider) => Assert.Equal(provider, MailboxProvider.Of(address));
}
