namespace ScaiSend.Platform.Stats;

/// <summary>
/// Names the mailbox provider of an address by its domain alone, so that all events of one mail count for the same one.
/// Domains of one's own that are hosted by a big provider are <see cref="Other"/>.
/// </summary>
public static class MailboxProvider
{
    public const string Other = "Other";

    private static readonly Dictionary<string, string> ByDomain = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gmail.com"] = "Gmail",
        ["googlemail.com"] = "Gmail",
        ["outlook.com"] = "Microsoft",
        ["msn.com"] = "Microsoft",
        ["ymail.com"] = "Yahoo",
        ["rocketmail.com"] = "Yahoo",
        ["aol.com"] = "AOL",
        ["aim.com"] = "AOL",
        ["icloud.com"] = "Apple",
        ["me.com"] = "Apple",
        ["mac.com"] = "Apple",
        ["comcast.net"] = "Comcast",
        ["xfinity.com"] = "Comcast",
        ["att.net"] = "AT&T",
        ["sbcglobal.net"] = "AT&T",
        ["bellsouth.net"] = "AT&T",
        ["verizon.net"] = "Verizon",
        ["cox.net"] = "Cox",
        ["charter.net"] = "Charter",
        ["web.de"] = "Web.de",
        ["t-online.de"] = "T-Online",
        ["freenet.de"] = "Freenet",
        ["orange.fr"] = "Orange",
        ["wanadoo.fr"] = "Orange",
        ["free.fr"] = "Free",
        ["laposte.net"] = "La Poste",
        ["sfr.fr"] = "SFR",
        ["libero.it"] = "Libero",
        ["ziggo.nl"] = "Ziggo",
        ["kpnmail.nl"] = "KPN",
        ["proton.me"] = "Proton",
        ["protonmail.com"] = "Proton",
        ["pm.me"] = "Proton",
        ["fastmail.com"] = "Fastmail",
        ["zoho.com"] = "Zoho",
        ["mail.ru"] = "Mail.ru",
        ["yandex.ru"] = "Yandex",
        ["yandex.com"] = "Yandex",
        ["qq.com"] = "QQ",
        ["163.com"] = "NetEase",
        ["126.com"] = "NetEase",
        ["naver.com"] = "Naver",
        ["uol.com.br"] = "UOL",
    };

    // Their first label in front of many countries'.
    private static readonly Dictionary<string, string> ByFirstLabel = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hotmail"] = "Microsoft",
        ["live"] = "Microsoft",
        ["outlook"] = "Microsoft",
        ["yahoo"] = "Yahoo",
        ["gmx"] = "GMX",
    };

    /// <summary>The provider's name.</summary>
    /// <param name="address">Null when it is no longer known.</param>
    public static string Of(string? address)
    {
        var domain = address?[(address.LastIndexOf('@') + 1)..] ?? "";
        if (ByDomain.TryGetValue(domain, out var provider))
            return provider;
        var labels = domain.Split('.');
        // hotmail.fr, yahoo.co.uk, not live.example.com.
        var isOfCountry = labels is [_, _] or [_, { Length: <= 3 }, { Length: 2 }];
        return isOfCountry && ByFirstLabel.TryGetValue(labels[0], out provider) ? provider : Other;
    }
}
