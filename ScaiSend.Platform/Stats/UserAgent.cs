namespace ScaiSend.Platform.Stats;

/// <summary>
/// What a user agent tells of the reader: a small table of what recipients read mail with, in which the first match counts. It knows nothing of versions,
/// and what it does not know is <see cref="Other"/>.
/// </summary>
public sealed record UserAgent(string Browser, string Client, StatsDimension ClientType, string Device)
{
    public const string Other = "Other";

    // Before the browsers, whose words they also have.
    private static readonly (string Word, string Client, StatsDimension Type)[] Clients =
    [
        ("GoogleImageProxy", "Gmail", StatsDimension.WebmailClient),
        ("YahooMailProxy", "Yahoo! Mail", StatsDimension.WebmailClient),
        ("Outlook-iOS", "Outlook", StatsDimension.PhoneClient),
        ("Outlook-Android", "Outlook", StatsDimension.PhoneClient),
        ("Microsoft Outlook", "Outlook", StatsDimension.DesktopClient),
        ("MSOffice", "Outlook", StatsDimension.DesktopClient),
        ("ms-office", "Outlook", StatsDimension.DesktopClient),
        ("Thunderbird", "Thunderbird", StatsDimension.DesktopClient),
        ("Postbox", "Postbox", StatsDimension.DesktopClient),
        ("eM Client", "eM Client", StatsDimension.DesktopClient),
        ("Airmail", "Airmail", StatsDimension.DesktopClient),
        ("The Bat!", "The Bat!", StatsDimension.DesktopClient),
        ("Lotus-Notes", "Lotus Notes", StatsDimension.DesktopClient),
    ];

    // Each claims to be the next ones too.
    private static readonly (string Word, string Browser)[] Browsers =
    [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Opera", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Vivaldi", "Vivaldi"),
        ("FxiOS", "Firefox"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chromium", "Chromium"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("MSIE", "Internet Explorer"),
        ("Trident", "Internet Explorer"),
    ];

    private static readonly UserAgent Unknown = new(Other, Other, StatsDimension.OtherClient, Other);

    /// <summary>Reads one; null is unknown.</summary>
    public static UserAgent Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Unknown;
        var machine = MachineOf(text);
        var browser = Browsers.FirstOrDefault(b => Has(text, b.Word)).Browser ?? Other;
        var known = Clients.FirstOrDefault(c => Has(text, c.Word));
        var (client, type) = known.Client is not null ? (known.Client, known.Type) : ClientOn(machine, text, browser);
        return new UserAgent(browser, client, type, DeviceOf(type));
    }

    // The mail programs of phones and of the Mac show pages without being a browser.
    private static (string Client, StatsDimension Type) ClientOn(string machine, string text, string browser) =>
        machine switch
        {
            "iPhone" => (browser == Other ? "iPhone" : Other, StatsDimension.PhoneClient),
            "iPad" => (browser == Other ? "iPad" : Other, StatsDimension.TabletClient),
            "Android phone" => (IsInApp(text) ? "Android" : Other, StatsDimension.PhoneClient),
            "Android tablet" => (IsInApp(text) ? "Android" : Other, StatsDimension.TabletClient),
            "Mac" when browser == Other && Has(text, "AppleWebKit") => ("Apple Mail", StatsDimension.DesktopClient),
            "Mac" or "PC" when browser != Other => (Other, StatsDimension.WebmailClient),
            "Mac" or "PC" => (Other, StatsDimension.DesktopClient),
            _ => (Other, StatsDimension.OtherClient),
        };

    private static string MachineOf(string text) =>
        Has(text, "iPad") ? "iPad"
        : Has(text, "iPhone") || Has(text, "iPod") ? "iPhone"
        : Has(text, "Android") ? (Has(text, "Mobile") ? "Android phone" : "Android tablet")
        : Has(text, "Macintosh") ? "Mac"
        : Has(text, "Windows NT") || Has(text, "X11") || Has(text, "CrOS") ? "PC"
        : Other;

    private static bool IsInApp(string text) => Has(text, "; wv)") || Has(text, "Version/4.0");

    private static string DeviceOf(StatsDimension clientType) =>
        clientType switch
        {
            StatsDimension.PhoneClient => "Phone",
            StatsDimension.TabletClient => "Tablet",
            StatsDimension.WebmailClient => "Webmail",
            StatsDimension.DesktopClient => "Desktop",
            _ => Other,
        };

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.Ordinal);
}
