using ScaiSend.Api.Tracking;
using ScaiSend.Contracts.Tracking;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

/// <summary>Which requests are no person's doing.</summary>
public sealed class MachineVisitTests
{
    private const string Chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "image proxy (Google)")]
    [InlineData("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "image proxy (Yahoo)")]
    [InlineData("Mozilla/5.0", "privacy proxy (Apple)")]
    [InlineData(" Mozilla/5.0 ", "privacy proxy (Apple)")]
    [InlineData("BarracudaCentral (Barracuda Sentinel)", "scanner (Barracuda)")]
    [InlineData("Mozilla/5.0 (compatible; Proofpoint-URLDefense)", "scanner (Proofpoint)")]
    [InlineData("Mimecast-URL-Scanner/1.0", "scanner (Mimecast)")]
    [InlineData("Mozilla/5.0 (compatible; SafeLinks)", "scanner (Microsoft)")]
    [InlineData("Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "link preview (Microsoft)")]
    [InlineData("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) BingPreview/1.0b", "link preview (Microsoft)")]
    [InlineData("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "link preview (Slack)")]
    [InlineData("WhatsApp/2.23.20.0 A", "link preview (WhatsApp)")]
    [InlineData("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "link preview (Facebook)")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0.0.0 Safari/537.36", "headless browser")]
    [InlineData("curl/7.88.1", "script (curl)")]
    [InlineData("CURL/7.88.1", "script (curl)")]
    [InlineData("Wget/1.21.3", "script (wget)")]
    [InlineData("python-requests/2.31.0", "script (Python)")]
    [InlineData("Go-http-client/2.0", "script (Go)")]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot")]
    [InlineData("SomeBot", "bot")]
    [InlineData("", "no user agent")]
    [InlineData(null, "no user agent")]
    public void A_machine_is_known_by_what_it_calls_itself(string? userAgent, string reason) =>
        Assert.Equal(reason, MachineVisit.Reason("GET", userAgent));

    [Theory]
    [InlineData(Chrome)]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
    )]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0")]
    [InlineData("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)")]
    [InlineData("Outlook-iOS/723.4027091.prod.iphone (4.28.0)")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; CUBOT P20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36")]
    [InlineData("Mozilla/5.0 (Linux; Android 14) Robotics/1.0")]
    public void A_person_is_not_taken_for_a_machine(string userAgent) => Assert.Null(MachineVisit.Reason("GET", userAgent));

    [Theory]
    [InlineData("HEAD", null, "HEAD request")]
    [InlineData("head", null, "HEAD request")]
    [InlineData("GET", "prefetch", "prefetch")]
    [InlineData("GET", "prefetch;prerender", "prefetch")]
    [InlineData("GET", "preview", "prefetch")]
    [InlineData("GET", "", null)]
    public void Method_and_purpose_betray_a_machine(string method, string? purpose, string? reason) =>
        Assert.Equal(reason, MachineVisit.Reason(method, Chrome, purpose));

    [Fact]
    public void Other_links_of_the_same_mail_within_a_second_are_a_burst()
    {
        var (bursts, at) = (new ClickBursts(), new DateTimeOffset(2027, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var (mail, other) = (new Guid("0199a000-0000-7000-8000-000000000001"), new Guid("0199a000-0000-7000-8000-000000000002"));

        var alone = bursts.Note(new TrackedLink(mail, false, 0), at);
        var again = bursts.Note(new TrackedLink(mail, false, 0), at.AddMilliseconds(200));
        Assert.False(again.IsOfBurst);
        Assert.True(bursts.Note(new TrackedLink(mail, false, 1), at.AddMilliseconds(400)).IsOfBurst);
        // The one just before is known as a machine's with it.
        Assert.Equal((false, true), (alone.IsOfBurst, again.IsOfBurst));
        Assert.False(bursts.Note(new TrackedLink(other, false, 2), at.AddMilliseconds(500)).IsOfBurst);
        Assert.True(bursts.Note(new TrackedLink(mail, true, 1), at.AddMilliseconds(600)).IsOfBurst);
        Assert.False(bursts.Note(new TrackedLink(mail, false, 0), at.AddMilliseconds(1600)).IsOfBurst);
    }
}
