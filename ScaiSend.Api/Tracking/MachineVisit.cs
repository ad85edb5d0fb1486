namespace ScaiSend.Api.Tracking;

/// <summary>
/// Tells by the request alone whether a machine made it. What only its time betrays is judged by the saga, which knows when the mail was delivered.
/// A machine that calls itself a browser passes; a person is never taken for a machine because of his browser.
/// </summary>
public static class MachineVisit
{
    // Looked for in this order, in any case: the more telling first.
    private static readonly (string Sign, string Reason)[] Signs =
    [
        ("GoogleImageProxy", "image proxy (Google)"),
        ("YahooMailProxy", "image proxy (Yahoo)"),
        ("DuckDuckGo-Email", "image proxy (DuckDuckGo)"),
        ("ProtonMail", "image proxy (Proton)"),
        ("Barracuda", "scanner (Barracuda)"),
        ("Proofpoint", "scanner (Proofpoint)"),
        ("Mimecast", "scanner (Mimecast)"),
        ("SafeLinks", "scanner (Microsoft)"),
        ("Safe Links", "scanner (Microsoft)"),
        ("ms-office; MSOffice", "link preview (Microsoft)"),
        ("MicrosoftPreview", "link preview (Microsoft)"),
        ("SkypeUriPreview", "link preview (Microsoft)"),
        ("BingPreview", "link preview (Microsoft)"),
        ("Microsoft-URL-Preview", "link preview (Microsoft)"),
        ("Cisco-Talos", "scanner (Cisco)"),
        ("IronPort", "scanner (Cisco)"),
        ("Symantec", "scanner (Symantec)"),
        ("MessageLabs", "scanner (Symantec)"),
        ("TrendMicro", "scanner (Trend Micro)"),
        ("Sophos", "scanner (Sophos)"),
        ("FortiGuard", "scanner (Fortinet)"),
        ("Zscaler", "scanner (Zscaler)"),
        ("VirusTotal", "scanner (VirusTotal)"),
        ("Slackbot", "link preview (Slack)"),
        ("Slack-ImgProxy", "link preview (Slack)"),
        ("Discordbot", "link preview (Discord)"),
        ("TelegramBot", "link preview (Telegram)"),
        ("WhatsApp", "link preview (WhatsApp)"),
        ("facebookexternalhit", "link preview (Facebook)"),
        ("LinkedInBot", "link preview (LinkedIn)"),
        ("Twitterbot", "link preview (X)"),
        ("iMessageLinkPreview", "link preview (Apple)"),
        ("HeadlessChrome", "headless browser"),
        ("PhantomJS", "headless browser"),
        ("Puppeteer", "headless browser"),
        ("Playwright", "headless browser"),
        ("Selenium", "headless browser"),
        ("curl/", "script (curl)"),
        ("Wget/", "script (wget)"),
        ("python-requests", "script (Python)"),
        ("Python-urllib", "script (Python)"),
        ("aiohttp", "script (Python)"),
        ("python-httpx", "script (Python)"),
        ("Go-http-client", "script (Go)"),
        ("okhttp", "script (Java)"),
        ("Apache-HttpClient", "script (Java)"),
        ("libwww-perl", "script (Perl)"),
        ("node-fetch", "script (Node)"),
        ("axios/", "script (Node)"),
        ("undici", "script (Node)"),
        ("WindowsPowerShell", "script (PowerShell)"),
        ("crawler", "crawler"),
        ("spider", "crawler"),
    ];

    /// <summary>Apple's Mail Privacy Protection loads pictures with nothing more than this.</summary>
    private const string Bare = "Mozilla/5.0";

    /// <param name="purpose">What the headers say that the request is made for.</param>
    /// <returns>Why it is a machine's doing; null when it may be a person's.</returns>
    public static string? Reason(string method, string? userAgent, string? purpose = null)
    {
        if (method.Equals("HEAD", StringComparison.OrdinalIgnoreCase))
            return "HEAD request";
        if (purpose is not null && Says(purpose, "prefetch", "preview", "prerender"))
            return "prefetch";
        var agent = userAgent?.Trim() ?? "";
        if (agent.Length == 0)
            return "no user agent";
        if (agent == Bare)
            return "privacy proxy (Apple)";
        foreach (var (sign, reason) in Signs)
            if (agent.Contains(sign, StringComparison.OrdinalIgnoreCase))
                return reason;
        return IsBot(agent) ? "bot" : null;
    }

    private static bool Says(string text, params string[] words) =>
        words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    // "Googlebot/2.1", "somebot;": a word that ends with bot. Cubot is a maker of telephones.
    private static bool IsBot(string agent)
    {
        for (var at = agent.IndexOf("bot", StringComparison.OrdinalIgnoreCase); at >= 0; at = Next(at))
        {
            var ends = at + 3 == agent.Length || !char.IsLetterOrDigit(agent[at + 3]);
            var isCubot = at >= 2 && agent.AsSpan(at - 2, 2).Equals("cu", StringComparison.OrdinalIgnoreCase);
            if (ends && !isCubot)
                return true;
        }
        return false;

        int Next(int at) => agent.IndexOf("bot", at + 3, StringComparison.OrdinalIgnoreCase);
    }
}
