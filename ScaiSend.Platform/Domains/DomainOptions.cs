namespace ScaiSend.Platform.Domains;

/// <summary>How sender domains are watched. Section <c>Domains</c>.</summary>
public sealed class DomainOptions
{
    /// <summary>How often the records of a domain are looked at again.</summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The same while a domain is new or has a new key, for <see cref="ExpectFor"/> at most.</summary>
    public TimeSpan CheckExpectedEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a record that is to be published is looked for so often.</summary>
    public static readonly TimeSpan ExpectFor = TimeSpan.FromDays(3);

    /// <summary>How long a domain stays verified after its DKIM record broke.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The host whose port 25 is <c>scaisend smtp</c>, for the MX of tenants' return paths; null: the name that we say in EHLO.</summary>
    public string? InboundHost { get; set; }

    /// <summary>Comma-separated blocklists that <c>scaisend doctor</c> asks about our addresses.</summary>
    public string AddressBlocklists { get; set; } = "zen.spamhaus.org,bl.spamcop.net,b.barracudacentral.org";

    /// <summary>The same about a sender domain.</summary>
    public string DomainBlocklists { get; set; } = "dbl.spamhaus.org";

    /// <summary>How long the record of a retired key is still needed: mail that it has signed may be under way.</summary>
    public TimeSpan KeepRetiredKeys { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (CheckEvery < TimeSpan.FromMinutes(1))
            yield return $"Domains:CheckEvery is {CheckEvery}; allowed is 00:01:00 and more";
        if (CheckExpectedEvery < TimeSpan.FromSeconds(10))
            yield return $"Domains:CheckExpectedEvery is {CheckExpectedEvery}; allowed is 00:00:10 and more";
        if (Grace < TimeSpan.Zero)
            yield return $"Domains:Grace is {Grace}; allowed is 00:00:00 and more";
        if (InboundHost is { Length: > 0 } host && Uri.CheckHostName(host) != UriHostNameType.Dns)
            yield return $"Domains:InboundHost is '{host}'; allowed is a host name, such as mx.example.com";
        if (KeepRetiredKeys < TimeSpan.FromDays(1))
            yield return $"Domains:KeepRetiredKeys is {KeepRetiredKeys}; allowed is 1.00:00:00 and more";
    }
}
