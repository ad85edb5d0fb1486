using System.Diagnostics;
using System.Text.Json;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Simulation;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Dns;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class MailRouting : IAsyncDisposable
{
    private readonly DnsResponder _dns = DnsResponder.Start();
    private readonly Engine _engine;

    public MailRouting() => _engine = Engine.With(("Dns", _dns.Address), ("MxPort", "2525"), ("DnsTimeout", "00:00:01"));

    [Fact]
    public async Task Hosts_are_tried_by_preference()
    {
        _dns.HasMx("b.test", 30, "mx3.b.test").HasMx("b.test", 10, "MX1.b.test").HasMx("b.test", 20, "mx2.b.test");
        Assert.Equal(
            [new MxHost("mx1.b.test", 2525), new MxHost("mx2.b.test", 2525), new MxHost("mx3.b.test", 2525)],
            await HostsOf("b.test")
        );
    }

    [Fact]
    public async Task Hosts_of_equal_preference_share_the_load()
    {
        _dns.HasMx("b.test", 10, "one.b.test").HasMx("b.test", 10, "two.b.test").HasMx("b.test", 20, "last.b.test");
        var firsts = new HashSet<string>();
        for (var i = 0; i < 200 && firsts.Count < 2; i++)
        {
            var hosts = await HostsOf("b.test");
            firsts.Add(hosts[0].Name);
            Assert.Equal("last.b.test", hosts[2].Name);
        }
        Assert.Equal(["one.b.test", "two.b.test"], firsts.Order());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_domain_without_mx_is_its_own_host(string address)
    {
        _dns.HasAddress("b.test", address);
        Assert.Equal([new MxHost("b.test", 2525)], await HostsOf("b.test"));
    }

    [Fact]
    public async Task A_null_mx_refuses_mail()
    {
        _dns.HasNullMx("b.test").HasAddress("b.test", "127.0.0.1");
        Assert.Equal("5.1.10", Assert.IsType<MxRoute.Refused>(await FindAsync("b.test")).EnhancedStatusCode);
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_refuses_mail() =>
        Assert.Equal("5.1.2", Assert.IsType<MxRoute.Refused>(await FindAsync("nowhere.test")).EnhancedStatusCode);

    [Fact]
    public async Task A_domain_that_dns_could_not_hold_refuses_mail() =>
        Assert.IsType<MxRoute.Refused>(await FindAsync(new string('a', 64) + ".test"));

    [Fact]
    public async Task A_domain_with_neither_mx_nor_address_refuses_mail()
    {
        _dns.Exists("b.test");
        Assert.IsType<MxRoute.Refused>(await FindAsync("b.test"));
    }

    [Fact]
    public async Task A_failing_or_silent_dns_leaves_the_route_unknown()
    {
        _dns.Fails("fails.test").IsSilent("silent.test");
        Assert.IsType<MxRoute.Unknown>(await FindAsync("fails.test"));
        Assert.IsType<MxRoute.Unknown>(await FindAsync("silent.test"));
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_over_tcp()
    {
        _dns.HasMx("b.test", 10, "mx.b.test").Truncates("b.test");
        Assert.Equal("mx.b.test", (await HostsOf("b.test"))[0].Name);
    }

    [Fact]
    public async Task An_answer_is_remembered()
    {
        _dns.HasMx("b.test", 10, "mx.b.test");
        await HostsOf("b.test");
        await HostsOf("B.test.");
        Assert.Equal(1, _dns.QuestionsFor("b.test"));
    }

    [Fact]
    public void An_answer_survives_the_shared_cache()
    {
        var answer = new DnsAnswer<MxTarget>(DnsStatus.Found, [new MxTarget(10, "mx.b.test")]);
        var read = JsonSerializer.Deserialize<DnsAnswer<MxTarget>>(JsonSerializer.Serialize(answer))!;
        Assert.Equal((answer.Status, answer.Records[0]), (read.Status, Assert.Single(read.Records)));
    }

    [Fact]
    public async Task An_answer_is_remembered_no_longer_than_its_ttl()
    {
        _dns.HasMx("b.test", 10, "old.b.test", ttl: 1);
        await HostsOf("b.test");
        _dns.Forget("b.test").HasMx("b.test", 10, "new.b.test");
        await UntilFirstHostIs("new.b.test", _engine);
    }

    [Fact]
    public async Task An_answer_is_remembered_no_longer_than_the_setting_allows()
    {
        await using var engine = Engine.With(("Dns", _dns.Address), ("MxCacheTtl", "00:00:00.200"));
        _dns.HasMx("b.test", 10, "old.b.test", ttl: 3600);
        await engine.Mx.FindAsync("b.test", TestContext.Current.CancellationToken);
        _dns.Forget("b.test").HasMx("b.test", 10, "new.b.test");
        await UntilFirstHostIs("new.b.test", engine);
    }

    [Fact]
    public async Task A_missing_answer_is_not_remembered()
    {
        _dns.Fails("b.test");
        Assert.IsType<MxRoute.Unknown>(await FindAsync("b.test"));
        _dns.Forget("b.test").HasMx("b.test", 10, "mx.b.test");
        Assert.Equal("mx.b.test", (await HostsOf("b.test"))[0].Name);
    }

    [Fact]
    public async Task A_ttl_of_zero_is_not_remembered()
    {
        _dns.HasMx("b.test", 10, "mx.b.test", ttl: 0);
        await HostsOf("b.test");
        await HostsOf("b.test");
        Assert.Equal(2, _dns.QuestionsFor("b.test"));
    }

    [Fact]
    public async Task A_smarthost_takes_all_mail_without_a_question()
    {
        await using var engine = Engine.With(("Dns", _dns.Address), ("Smarthost", "relay.example.test:587"));
        var route = await engine.Mx.FindAsync("b.test", TestContext.Current.CancellationToken);
        Assert.Equal([new MxHost("relay.example.test", 587) { IsOurChoice = true }], Assert.IsType<MxRoute.ToHosts>(route).Hosts);
        Assert.Equal(0, _dns.QuestionsFor("b.test"));
    }

    [Fact]
    public async Task Simulated_mail_has_no_hosts_and_nobody_is_asked()
    {
        _dns.HasMx("b.test", 10, "mx.b.test");
        var mail = TestMail.To("u@b.test") with { Simulated = new SimulatedLife(Scenario.Bounce, null, null) };
        await using var smarthost = Engine.With(("Dns", _dns.Address), ("Smarthost", "relay.example.test:587"));

        foreach (var engine in (Engine[])[_engine, smarthost])
            Assert.Equal(
                new MxRoute.Simulated(Scenario.Bounce),
                await engine.Routes.FindAsync(mail, Guid.Empty, Guid.Empty, TestContext.Current.CancellationToken)
            );
        Assert.Empty(_dns.Asked);
    }

    [Theory]
    [InlineData("mx2.b.test", new[] { "mx1.b.test" })]
    [InlineData("mx2.b.test, mx3.b.test", new[] { "mx1.b.test" })]
    [InlineData("MX3.b.test.", new[] { "mx1.b.test", "mx2.b.test" })]
    [InlineData("other.test", new[] { "mx1.b.test", "mx2.b.test", "mx3.b.test" })]
    public async Task Where_we_are_a_host_ourselves_only_more_preferred_ones_are_tried(string own, string[] expected)
    {
        _dns.HasMx("b.test", 10, "mx1.b.test").HasMx("b.test", 20, "mx2.b.test").HasMx("b.test", 30, "mx3.b.test");
        await using var engine = Engine.With(("Dns", _dns.Address), ("OwnHosts", own));
        var route = await engine.Mx.FindAsync("b.test", TestContext.Current.CancellationToken);
        Assert.Equal(expected, Assert.IsType<MxRoute.ToHosts>(route).Hosts.Select(host => host.Name));
    }

    [Theory]
    [InlineData("mx.b.test,implicit.test")]
    [InlineData("192.0.2.0/24")]
    [InlineData("192.0.2.7")]
    public async Task A_domain_that_leads_back_to_us_is_refused(string own)
    {
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "192.0.2.7").HasAddress("implicit.test", "192.0.2.7");
        await using var engine = Engine.With(("Dns", _dns.Address), ("OwnHosts", own));
        foreach (var domain in (string[])["b.test", "implicit.test"])
        {
            var outcome = await engine.RouteAndSendAsync(TestMail.To($"u@{domain}"));
            Assert.Equal(new Verdict.Bounced(BounceClass.Hard), outcome.Verdict);
            Assert.Equal("5.4.6", outcome.Attempt.EnhancedStatusCode);
        }
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task A_host_at_no_address_at_all_is_not_this_machine(string address)
    {
        await using var server = ScriptedSmtpServer.Start();
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", address);
        await using var engine = Engine.With(("Dns", _dns.Address), ("MxPort", $"{server.Port}"));
        Assert.IsType<Verdict.Bounced>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Only_the_first_twenty_of_many_hosts_count()
    {
        for (var i = 1; i <= 60; i++)
            _dns.HasMx("b.test", i, $"mx{i}.b.test");
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"mx{i}.b.test"), (await HostsOf("b.test")).Select(host => host.Name));
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _dns.DisposeAsync();
    }

    private static async Task UntilFirstHostIs(string name, Engine engine)
    {
        var waited = Stopwatch.StartNew();
        MxRoute route;
        do
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The old answer was remembered for 30 seconds");
            await Task.Yield();
            route = await engine.Mx.FindAsync("b.test", TestContext.Current.CancellationToken);
        } while (Assert.IsType<MxRoute.ToHosts>(route).Hosts[0].Name != name);
    }

    private Task<MxRoute> FindAsync(string domain) => _engine.Mx.FindAsync(domain, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<MxHost>> HostsOf(string domain) => Assert.IsType<MxRoute.ToHosts>(await FindAsync(domain)).Hosts;
}
