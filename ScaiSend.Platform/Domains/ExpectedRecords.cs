using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Platform.Domains;

/// <summary>The DNS records that a domain is asked to publish.</summary>
public static class ExpectedRecords
{
    /// <summary>RFC 6376 §3.6.2.1: where the record of a key is.</summary>
    public static string DkimHost(string domain, string selector) => $"{selector}._domainkey.{domain}";

    /// <summary>Where reports about a domain's mail come back to when it has a return path of its own (Decision 19).</summary>
    public static string ReturnPathHost(string domain) => $"bounce.{domain}";

    /// <summary>RFC 5321 §5.1: reports come to our inbound server.</summary>
    public static string ReturnPathMx(string inboundHost) => $"10 {inboundHost}";

    /// <summary>RFC 7208 §5.2: whoever may send for the installation's return path may send for this one.</summary>
    public static string ReturnPathSpf(ReturnPathDomain installation) => $"v=spf1 include:{installation.Name} -all";

    /// <summary>RFC 7489 §6.1.</summary>
    public static string DmarcHost(string domain) => $"_dmarc.{domain}";

    /// <summary>RFC 7489 §6.3, as short as it can be.</summary>
    public static string Dmarc(SenderDomain domain) =>
        domain.DmarcReports is { } reports
            ? $"v=DMARC1; p={domain.DmarcPolicy}; rua=mailto:{reports}"
            : $"v=DMARC1; p={domain.DmarcPolicy}";

    /// <summary>RFC 7208: for the domain of the return path, to which SPF looks; it is the installation's own, whose MX is its sender.</summary>
    public const string Spf = "v=spf1 mx -all";
}
