using System.CommandLine;
using System.Net;
using System.Text.Json;
using ScaiSend.Cli;
using ScaiSend.Cli.Doctor;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.CommandLine;

/// <summary><c>scaisend doctor</c> against a DNS server and a mail server that are as each case says.</summary>
public sealed class DoctorTests
{
    private const string Domain = "shop.example.com";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_domain_and_an_address_that_are_well_are_called_good()
    {
        await using var it = await Patient.StartAsync();
        await it.AddDomainAsync(publish: true);
        it.Dns.HasMx(Domain, 10, "mx.example.com").HasAddress("mx.example.com", "127.0.0.1");
        it.Dns.HasName("127.0.0.1", "out.example.net").HasAddress("out.example.net", "127.0.0.1");
        it.Dns.HasMx("bounce.localhost", 10, "out.example.net").HasText("bounce.localhost", "v=spf1 mx -all");

        var (_, checks) = await it.AskAsync();

        Assert.Equal("good", Health(checks, $"sender domain {Domain}"));
        Assert.Equal("good", Health(checks, $"DKIM scaisend._domainkey.{Domain}"));
        Assert.Equal("good", Health(checks, "PTR 127.0.0.1"));
        Assert.Equal("good", Health(checks, "blocklist zen.spamhaus.org: 127.0.0.1"));
        Assert.Equal("good", Health(checks, $"blocklist dbl.spamhaus.org: {Domain}"));
        Assert.Equal("good", Health(checks, "return path bounce.localhost"));
        Assert.Equal("good", Health(checks, $"port {it.Sink.Port} outbound to mx.example.com"));
    }

    [Fact]
    public async Task What_is_wrong_is_named_with_what_to_do_and_the_exit_code_says_so()
    {
        await using var it = await Patient.StartAsync();
        await it.AddDomainAsync(publish: false);
        it.Dns.HasMx(Domain, 10, "mx.example.com").HasAddress("mx.example.com", "127.0.0.2");
        it.Dns.HasName("127.0.0.1", "rented.example.org");
        it.Dns.HasAddress("1.0.0.127.zen.spamhaus.org", "127.0.0.2");
        it.Dns.HasAddress($"{Domain}.dbl.spamhaus.org", "127.255.255.254");

        var (code, checks) = await it.AskAsync();

        Assert.Equal(DoctorCommand.Ill, code);
        Assert.Equal("bad", Health(checks, $"sender domain {Domain}"));
        Assert.Equal("bad", Health(checks, $"DKIM scaisend._domainkey.{Domain}"));
        Assert.Equal("doubtful", Health(checks, $"DMARC _dmarc.{Domain}"));
        Assert.Equal("bad", Health(checks, "PTR 127.0.0.1"));
        Assert.Equal("bad", Health(checks, "blocklist zen.spamhaus.org: 127.0.0.1"));
        // It does not serve this resolver, which says nothing of the domain.
        Assert.Equal("unknown", Health(checks, $"blocklist dbl.spamhaus.org: {Domain}"));
        Assert.Equal("bad", Health(checks, "return path bounce.localhost"));
        Assert.All(checks.Where(c => c.GetProperty("health").GetString() == "bad"), c => Assert.NotNull(c.GetProperty("hint").GetString()));
    }

    [Fact]
    public async Task Silence_of_DNS_is_unknown_and_never_bad()
    {
        await using var it = await Patient.StartAsync();
        await it.AddDomainAsync(publish: true);
        it.Dns.Fails("1.0.0.127.in-addr.arpa").Fails("bounce.localhost").Fails("1.0.0.127.zen.spamhaus.org").Fails(Domain);

        var (_, checks) = await it.AskAsync();

        Assert.Equal("unknown", Health(checks, "PTR 127.0.0.1"));
        Assert.Equal("unknown", Health(checks, "return path bounce.localhost"));
        Assert.Equal("unknown", Health(checks, "blocklist zen.spamhaus.org: 127.0.0.1"));
        Assert.Equal("unknown", Health(checks, $"MX {Domain}"));
    }

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2")]
    public void Addresses_are_asked_for_backwards(string address, string reversed) =>
        Assert.Equal(reversed, DoctorDns.Reversed(IPAddress.Parse(address)));

    [Fact]
    public async Task A_domain_that_nobody_has_is_said_to_be_so_and_a_wrong_name_is_refused()
    {
        await using var it = await Patient.StartAsync();

        var (code, checks) = await it.AskAsync();
        Assert.Equal((DoctorCommand.Ill, "bad"), (code, Health(checks, $"sender domain {Domain}")));

        Assert.Equal(Commands.WrongSettings, (await it.RunAsync("--domain", "no domain")).Code);
    }

    private static string? Health(IReadOnlyList<JsonElement> checks, string what) =>
        checks.FirstOrDefault(c => c.GetProperty("what").GetString()!.StartsWith(what, StringComparison.Ordinal))
            is { ValueKind: JsonValueKind.Object } found
            ? found.GetProperty("health").GetString()
            : $"There is no check {what}: {string.Join(", ", checks.Select(c => c.GetProperty("what").GetString()))}";

    private sealed class Patient(DnsResponder dns, SmtpSink sink, Product product) : IAsyncDisposable
    {
        public DnsResponder Dns => dns;

        public SmtpSink Sink => sink;

        public static async Task<Patient> StartAsync()
        {
            var (dns, sink) = (DnsResponder.Start(), SmtpSink.Start());
            return new Patient(
                dns,
                sink,
                await Product.StartAsync(
                    Stack.Embedded,
                    settings: new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address },
                    roles: Role.Serve
                )
            );
        }

        public async Task AddDomainAsync(bool publish)
        {
            var added = await product.CallAsync("POST", "/api/admin/domains", product.LiveKey, $$"""{"domain":"{{Domain}}"}""");
            Assert.True(added.Status == 201, added.Body);
            if (!publish)
                return;
            var domain = added.Json.GetProperty("data");
            foreach (var record in domain.GetProperty("dns_records").EnumerateArray())
                dns.HasText(record.GetProperty("host").GetString()!, record.GetProperty("value").GetString()!);
            await product.CallAsync("POST", $"/api/admin/domains/{domain.GetProperty("id").GetString()}/verify", product.LiveKey);
        }

        public async Task<(int Code, IReadOnlyList<JsonElement> Checks)> AskAsync()
        {
            var (code, output) = await RunAsync("--domain", Domain);
            return (code, [.. JsonDocument.Parse(output).RootElement.GetProperty("checks").EnumerateArray()]);
        }

        public async Task<(int Code, string Output)> RunAsync(params string[] words)
        {
            await using var output = new StringWriter();
            List<string> all = ["doctor", "--json", .. words];
            foreach (var (setting, value) in product.Settings.Where(s => !string.IsNullOrEmpty(s.Value)))
                all.AddRange(["--set", $"{setting}={value}"]);
            foreach (
                var set in new[]
                {
                    $"Delivery:MxPort={sink.Port}",
                    "Delivery:EhloName=out.example.net",
                    "Delivery:Sources:one:Address=127.0.0.1",
                    "Domains:InboundHost=out.example.net",
                }
            )
                all.AddRange(["--set", set]);
            var code = await Commands.Root().Parse(all).InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, Stop);
            return (code, output.ToString());
        }

        public async ValueTask DisposeAsync()
        {
            await product.DisposeAsync();
            await sink.DisposeAsync();
            await dns.DisposeAsync();
        }
    }
}
