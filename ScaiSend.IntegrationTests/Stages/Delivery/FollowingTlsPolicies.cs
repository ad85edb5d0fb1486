using System.Security.Cryptography.X509Certificates;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class FollowingTlsPolicies : IAsyncDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly DnsResponder _dns = DnsResponder.Start().HasAddress("mx.b.test", "127.0.0.1");

    [Theory]
    [InlineData("good", "valid", true)]
    [InlineData("expired", "expired", false)]
    [InlineData("other name", "name mismatch (it is for mx.other.test)", false)]
    [InlineData("self-signed", "self-signed, name mismatch (it is for mx.b.test)", false)]
    [InlineData("untrusted", "untrusted", false)]
    public async Task The_verdict_on_a_certificate_is_shown_and_counts_only_where_it_must_be_valid(
        string kind,
        string verdict,
        bool isGoodEnough
    )
    {
        using var foreign = new TestAuthority();
        using var certificate = kind switch
        {
            "good" => _authority.Issue("mx.b.test"),
            "expired" => _authority.Issue("mx.b.test", isExpired: true),
            "other name" => _authority.Issue("mx.other.test"),
            "untrusted" => foreign.Issue("mx.b.test"),
            _ => TestCertificate.New("mx.b.test"),
        };
        await using var server = ScriptedSmtpServer.StartWithTls(certificate);
        await using var engine = Engine();
        foreach (var mode in (TlsMode[])[TlsMode.Opportunistic, TlsMode.Require])
        {
            var outcome = await SendAsync(engine, server, mode);
            Assert.IsType<Verdict.Delivered>(outcome.Verdict);
            Assert.Equal(verdict, outcome.Attempt.Certificate);
            Assert.StartsWith("TLS 1.", outcome.Attempt.Tls, StringComparison.Ordinal);
        }
        var verified = await SendAsync(engine, server, TlsMode.Verify);
        Assert.Equal(isGoodEnough, verified.Verdict is Verdict.Delivered);
        Assert.Equal(verdict, verified.Attempt.Certificate);
        Assert.Equal("verify (domain b.test)", verified.Attempt.TlsPolicy);
        if (isGoodEnough)
            return;
        Assert.IsType<Verdict.Deferred>(verified.Verdict);
        Assert.Contains($"certificate is not valid ({verdict})", verified.Attempt.Reply, StringComparison.Ordinal);
        Assert.Equal(2, server.Contents.Count);
    }

    [Theory]
    [InlineData(TlsMode.Require)]
    [InlineData(TlsMode.Verify)]
    public async Task Mail_that_needs_tls_waits_where_none_is_offered(TlsMode mode)
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine();
        var outcome = await SendAsync(engine, server, mode);
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains("offers no TLS", outcome.Attempt.Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_that_may_not_use_tls_does_not()
    {
        using var certificate = _authority.Issue("mx.b.test");
        await using var server = ScriptedSmtpServer.StartWithTls(certificate);
        await using var engine = Engine();
        var outcome = await SendAsync(engine, server, TlsMode.None);
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Null(outcome.Attempt.Tls);
        Assert.Null(outcome.Attempt.Certificate);
        Assert.DoesNotContain("STARTTLS", server.Commands);
    }

    [Theory]
    [InlineData(TlsMode.None, TlsMode.Opportunistic, 2)]
    [InlineData(TlsMode.None, TlsMode.Require, 2)]
    [InlineData(TlsMode.Opportunistic, TlsMode.None, 2)]
    [InlineData(TlsMode.Opportunistic, TlsMode.Require, 1)]
    [InlineData(TlsMode.Opportunistic, TlsMode.Verify, 1)]
    [InlineData(TlsMode.Verify, TlsMode.Opportunistic, 1)]
    public async Task An_open_connection_is_used_only_by_mail_that_it_suits(TlsMode first, TlsMode second, int connections)
    {
        using var certificate = _authority.Issue("mx.b.test");
        await using var server = ScriptedSmtpServer.StartWithTls(certificate);
        await using var engine = Engine();
        await SendAsync(engine, server, first);
        Assert.IsType<Verdict.Delivered>((await SendAsync(engine, server, second)).Verdict);
        Assert.Equal(connections, server.Connections);
    }

    [Fact]
    public async Task The_policy_of_the_tenant_outweighs_that_of_the_domain_and_that_of_the_provider()
    {
        var tenant = Ids.New(TimeProvider.System);
        await using var server = ScriptedSmtpServer.Start();
        _dns.HasMx("b.test", 10, "mx.b.test").HasMx("c.test", 10, "mx.b.test").HasMx("d.test", 10, "mx.b.test");
        await using var engine = Engine(("MxPort", $"{server.Port}"));
        engine.Policy.Replace(
            new DeliveryPolicy
            {
                Providers = [new ProviderPolicy("Bee", ["*.b.test"], new Handling { Tls = TlsMode.Verify }, [])],
                Domains = new Dictionary<string, Handling> { ["b.test"] = new() { Tls = TlsMode.Require } },
                Tenants = new Dictionary<Guid, Handling> { [tenant] = new() { Tls = TlsMode.None } },
            }
        );
        Assert.Equal("require (domain b.test)", await PolicyOf("u@b.test"));
        Assert.Equal("verify (provider)", await PolicyOf("u@c.test"));
        Assert.Equal("none (tenant)", await PolicyOf("u@d.test", tenant));

        async Task<string?> PolicyOf(string recipient, Guid of = default) =>
            (await engine.RouteAndSendAsync(TestMail.To(recipient), of)).Attempt.TlsPolicy;
    }

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        _authority.Dispose();
    }

    private Engine Engine(params (string, string)[] settings) =>
        Delivery.Engine.With([("Dns", _dns.Address), ("TrustedCertificates", _authority.File), .. settings]);

    private static Task<SendOutcome> SendAsync(Engine engine, ScriptedSmtpServer server, TlsMode mode) =>
        engine.SendAsync(TestMail.To("u@b.test"), TlsPolicy.Said(mode, "domain b.test"), new MxHost("mx.b.test", server.Port));
}
