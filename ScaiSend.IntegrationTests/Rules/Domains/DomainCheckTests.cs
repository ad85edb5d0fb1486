using DnsClient;
using Microsoft.Extensions.Options;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.IntegrationTests.Rules.Domains;

/// <summary>What is said of a domain's records, asked of a real DNS server.</summary>
public sealed class DomainCheckTests
{
    private const string Host = "scaisend._domainkey.example.com";
    private const string Key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1u2n8Wq0m9h5";
    private const string Record = $"v=DKIM1; k=rsa; p={Key}";

    private static readonly string Long = "v=DKIM1; k=rsa; p=" + string.Concat(Enumerable.Repeat("MIIBIjAN", 50));

    public static TheoryData<string[], RecordStatus, string> DkimCases =>
        new()
        {
            { [Record], RecordStatus.Found, "" },
            { [$"p={Key}"], RecordStatus.Found, "" },
            { [$"k=rsa;v=DKIM1;p={Key[..20]} {Key[20..]} ;t=s"], RecordStatus.Found, "" },
            { [Record, "google-site-verification=x"], RecordStatus.Found, "" },
            { [], RecordStatus.Missing, "no TXT record" },
            { ["v=spf1 -all"], RecordStatus.Wrong, "no DKIM key" },
            { ["v=DKIM1; p="], RecordStatus.Wrong, "revoked" },
            { [$"v=DKIM1; p={Key[..40]}"], RecordStatus.Wrong, "cut off" },
            { ["v=DKIM1; p=AAAA"], RecordStatus.Wrong, "another key" },
            { [Record, "v=DKIM1; p=AAAA"], RecordStatus.Wrong, "Delete the others" },
            { ["v=DKIM1; p=BBBB", "v=DKIM1; p=AAAA"], RecordStatus.Wrong, "none is the one" },
        };

    [Theory, MemberData(nameof(DkimCases))]
    public async Task A_key_is_found_or_it_is_said_what_is_wrong_with_its_record(string[] records, RecordStatus status, string hint)
    {
        await using var dns = DnsResponder.Start();
        foreach (var record in records)
            dns.HasText(Host, record);

        var check = await DkimAsync(dns, Record);

        Assert.Equal((status, Host, Record), (check.Status, check.Host, check.Expected));
        Assert.Equal(records, check.Found);
        if (hint.Length == 0)
            Assert.Null(check.Hint);
        else
            Assert.Contains(hint, check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_key_in_several_strings_is_one_record()
    {
        await using var dns = DnsResponder.Start();
        dns.HasText(Host, Long);

        Assert.Equal(RecordStatus.Found, (await DkimAsync(dns, Long)).Status);
    }

    [Fact]
    public async Task A_record_below_a_doubled_domain_is_pointed_out()
    {
        await using var dns = DnsResponder.Start();
        dns.HasText(Host + ".example.com", Record);

        var check = await DkimAsync(dns, Record);

        Assert.Equal((RecordStatus.Missing, Record), (check.Status, Assert.Single(check.Found)));
        Assert.Contains("Enter only the part before .example.com", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_DNS_does_not_answer_is_unknown_and_not_missing()
    {
        await using var dns = DnsResponder.Start();
        dns.Fails(Host).Fails("_dmarc.example.com").Fails("bounce.example.net");

        Assert.All(await RunAsync(dns), check => Assert.Equal(RecordStatus.Unknown, check.Status));
    }

    public static TheoryData<string[], string, RecordStatus, string> DmarcCases =>
        new()
        {
            { ["v=DMARC1; p=quarantine; rua=mailto:d@example.com"], "quarantine", RecordStatus.Found, "" },
            { ["v=DMARC1; p=none"], "none", RecordStatus.Found, "only watches" },
            { ["v=DMARC1;p=REJECT"], "quarantine", RecordStatus.Found, "p=reject" },
            { ["v=DMARC1; p=maybe"], "none", RecordStatus.Wrong, "no valid p=" },
            { ["v=DMARC1"], "none", RecordStatus.Wrong, "no valid p=" },
            { ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "none", RecordStatus.Wrong, "several" },
            { ["p=none; v=DMARC1"], "none", RecordStatus.Missing, "no TXT record" },
            { [], "none", RecordStatus.Missing, "no TXT record" },
        };

    [Theory, MemberData(nameof(DmarcCases))]
    public async Task DMARC_is_found_or_it_is_said_what_is_wrong(string[] records, string wanted, RecordStatus status, string hint)
    {
        await using var dns = DnsResponder.Start();
        foreach (var record in records)
            dns.HasText("_dmarc.example.com", record);

        var check = (await RunAsync(dns, policy: wanted)).Single(c => c.Purpose == RecordCheck.Dmarc);

        Assert.Equal(status, check.Status);
        if (hint.Length == 0)
            Assert.Null(check.Hint);
        else
            Assert.Contains(hint, check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_DMARC_record_of_the_domain_above_counts()
    {
        await using var dns = DnsResponder.Start();
        dns.HasText("_dmarc.example.com", "v=DMARC1; p=reject");

        var check = (await RunAsync(dns, name: "news.example.com")).Single(c => c.Purpose == RecordCheck.Dmarc);

        Assert.Equal(RecordStatus.Found, check.Status);
        Assert.Contains("example.com counts", check.Hint, StringComparison.Ordinal);
        // Nobody's: a top-level domain is not asked.
        Assert.Equal(0, dns.QuestionsFor("_dmarc.com"));
    }

    public static TheoryData<string[], RecordStatus> SpfCases =>
        new()
        {
            { ["v=spf1 mx -all"], RecordStatus.Found },
            { ["V=SPF1 ip4:192.0.2.1 ~all", "something else"], RecordStatus.Found },
            { ["v=spf1 +all"], RecordStatus.Wrong },
            { ["v=spf1 mx -all", "v=spf1 a -all"], RecordStatus.Wrong },
            { ["v=spf10 mx -all"], RecordStatus.Missing },
            { [], RecordStatus.Missing },
        };

    [Theory, MemberData(nameof(SpfCases))]
    public async Task SPF_is_looked_for_where_receivers_look_at_the_return_path(string[] records, RecordStatus status)
    {
        await using var dns = DnsResponder.Start();
        foreach (var record in records)
            dns.HasText("bounce.example.net", record);

        var check = (await RunAsync(dns)).Single(c => c.Purpose == RecordCheck.Spf);

        Assert.Equal((status, "bounce.example.net"), (check.Status, check.Host));
    }

    private static async Task<RecordCheck> DkimAsync(DnsResponder dns, string record) =>
        (await RunAsync(dns, record: record)).Single(c => c.Purpose == RecordCheck.Dkim);

    private static Task<IReadOnlyList<RecordCheck>> RunAsync(
        DnsResponder dns,
        string name = "example.com",
        string record = Record,
        string policy = "none"
    )
    {
        var server = System.Net.IPEndPoint.Parse(dns.Address);
        var resolver = new Resolver(
            new LookupClient(
                new LookupClientOptions(server)
                {
                    UseCache = false,
                    Retries = 0,
                    Timeout = TimeSpan.FromSeconds(5),
                }
            )
        );
        var domain = new SenderDomain
        {
            Name = name,
            DmarcPolicy = policy,
            DmarcReports = "d@example.com",
        };
        return new DomainChecks(
            resolver,
            new ReturnPathDomain("bounce.example.net"),
            Options.Create(new DomainOptions { InboundHost = "mx.example.net" })
        ).RunAsync(
            domain,
            [new PublishedKey(Keys.OfDomain(name, "scaisend", usedFrom: null), record)],
            TestContext.Current.CancellationToken
        );
    }
}
