using System.Net;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Sending;

/// <summary>How mail leaves: section <c>Delivery</c> of the configuration.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>Most connections at a time to one destination domain, or to the smarthost.</summary>
    public int PoolSizePerDomain { get; set; } = 20;

    /// <summary>How long a DNS answer is remembered at most; its own TTL counts when shorter.</summary>
    public TimeSpan MxCacheTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an email waits at most for a free connection; one whose turn is not near is held back at once.</summary>
    public TimeSpan SlotWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many nodes share limits that count for all of them, when Redis has not said.</summary>
    public int Nodes { get; set; } = 1;

    /// <summary>After how many failed connections in a row a destination is suspended; 0: never.</summary>
    public int SuspendAfterFailures { get; set; } = 20;

    /// <summary><c>host:port</c> that takes all mail instead of the domains' own hosts.</summary>
    public string? Smarthost { get; set; }

    /// <summary>Port of the domains' own hosts; another one than 25 is for tests.</summary>
    public int MxPort { get; set; } = 25;

    /// <summary><c>address:port</c> of the resolver; the system's when empty.</summary>
    public string? Dns { get; set; }

    /// <summary>RFC 5321 §4.1.1.1: the name by which this host introduces itself; the system's host name when empty.</summary>
    public string? EhloName { get; set; }

    /// <summary>The name of this installation's host: <see cref="EhloName"/>, or else the machine's.</summary>
    public string OwnName() => string.IsNullOrEmpty(EhloName) ? System.Net.Dns.GetHostName() : EhloName;

    /// <summary>The delivery policy; <c>delivery.yaml</c> in the working directory when empty, if there is one. All roles read it.</summary>
    public string? PolicyFile { get; set; }

    /// <summary>Our addresses that mail leaves from, each under any name; none: the system chooses.</summary>
    public Dictionary<string, SourceOptions> Sources { get; set; } = [];

    /// <summary>Names, addresses and networks that no recipient domain's MX may lead to, comma-separated.</summary>
    public string? OwnHosts { get; set; }

    /// <summary>Whether the MTA-STS policies of recipient domains are followed.</summary>
    public bool MtaSts { get; set; } = true;

    /// <summary>Port that the policies are fetched from; another one than 443 is for tests.</summary>
    public int MtaStsPort { get; set; } = 443;

    /// <summary>How long fetching a policy may take.</summary>
    public TimeSpan MtaStsTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A PEM file of certificates to trust besides the system's.</summary>
    public string? TrustedCertificates { get; set; }

    /// <summary>Most addresses tried in one attempt.</summary>
    public int AddressesPerAttempt { get; set; } = 5;

    /// <summary>Most mails over one connection.</summary>
    public int MailsPerConnection { get; set; } = 100;

    /// <summary>How long an unused connection stays open; longer annoys receivers.</summary>
    public TimeSpan IdleLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt takes at most, over all hosts and steps.</summary>
    public TimeSpan AttemptLimit { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan DnsTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    // RFC 5321 §4.5.3.2 names the times that a client should at least wait.
    public TimeSpan GreetingTimeout { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan TlsTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>For the answer to EHLO, MAIL and RCPT.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan DataTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For each block of the content.</summary>
    public TimeSpan ContentTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>For the answer to the whole content. Impatience here makes duplicates (RFC 5321 §4.5.3.2.6).</summary>
    public TimeSpan AcceptanceTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>For the answer to RSET and QUIT, on which nothing depends.</summary>
    public TimeSpan QuitTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The name that is given from this address of ours.</summary>
    internal string? EhloNameOf(IPAddress? source) =>
        source is not null
        && Sources.Values.FirstOrDefault(s => source.Equals(IPAddress.Parse(s.Address)))?.EhloName is { Length: > 0 } name
            ? name
            : EhloName;
}
