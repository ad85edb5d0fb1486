using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>The zone of a real DNS server (<c>build/servers/test.zone</c>), with the real Postfix as the host that its records lead to.</summary>
public sealed class RoutingByKnot
{
    [Theory]
    [InlineData("a.test", "mx1.a.test")]
    [InlineData("b.test", "mx1.a.test")]
    [InlineData("fallback.test", "mx1.a.test")]
    [InlineData("equal.test", "mx1.a.test")]
    [InlineData("implicit.test", "implicit.test")]
    [InlineData("xn--bcher-kva.test", "mx1.a.test")]
    public async Task Mail_reaches_the_host_that_answers(string domain, string host)
    {
        await using var engine = Engine();
        var outcome = await engine.RouteAndSendAsync(TestMail.To($"u@{domain}"));
        Assert.True(outcome.Verdict is Verdict.Delivered, outcome.Attempt.Reply);
        Assert.Equal(host, outcome.Attempt.MxHost);
        Assert.StartsWith("self-signed", outcome.Attempt.Certificate, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aliased.test", "track.a.test")]
    [InlineData("alias.test", "mx1.a.test")]
    public async Task An_alias_is_followed(string domain, string host)
    {
        await using var engine = Engine();
        Assert.Equal(host, (await HostsOf(engine, domain))[0].Name);
        // Postfix takes no mail for these domains, but it was reached.
        Assert.Equal(host, (await engine.RouteAndSendAsync(TestMail.To($"u@{domain}"))).Attempt.MxHost);
    }

    [Theory]
    [InlineData("nullmx.test", "5.1.10")]
    [InlineData("textonly.test", "5.1.2")]
    [InlineData("nowhere.test", "5.1.2")]
    [InlineData("lost.test", "5.4.4")]
    public async Task Mail_without_a_way_bounces(string domain, string status)
    {
        await using var engine = Engine();
        var outcome = await engine.RouteAndSendAsync(TestMail.To($"u@{domain}"));
        Assert.Equal(new Verdict.Bounced(BounceClass.Hard), outcome.Verdict);
        Assert.Equal(status, outcome.Attempt.EnhancedStatusCode);
    }

    [Fact]
    public async Task A_zone_that_cannot_be_loaded_defers()
    {
        await using var engine = Engine();
        Assert.IsType<Verdict.Deferred>((await engine.RouteAndSendAsync(TestMail.To("u@b.servfail"))).Verdict);
    }

    [Fact]
    public async Task A_domain_whose_preferred_host_we_are_ourselves_is_no_loop()
    {
        await using var engine = Engine(("OwnHosts", "mx1.a.test"));
        Assert.Equal("5.4.6", (await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Attempt.EnhancedStatusCode);
        Assert.Equal(["mx2.a.test"], (await HostsOf(engine, "fallback.test")).Select(host => host.Name));
    }

    [Fact]
    public async Task A_host_with_ipv6_only_is_reached_by_ipv6()
    {
        await using var server = ScriptedSmtpServer.Start(script: null, "::1");
        await using var engine = Engine(("MxPort", $"{server.Port}"));
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@ipv6only.test"));
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal($"[::1]:{server.Port}", outcome.Attempt.MxAddress);
    }

    private static Engine Engine(params (string, string)[] settings) =>
        Delivery.Engine.With([("Dns", Setting("SCAISEND_TEST_DNS")), ("MxPort", Setting("SCAISEND_TEST_POSTFIX_PORT")), .. settings]);

    private static async Task<IReadOnlyList<MxHost>> HostsOf(Engine engine, string domain) =>
        Assert.IsType<MxRoute.ToHosts>(await engine.Mx.FindAsync(domain, TestContext.Current.CancellationToken)).Hosts;

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: these tests need the servers that ./build.sh test starts. Run that.");
}
