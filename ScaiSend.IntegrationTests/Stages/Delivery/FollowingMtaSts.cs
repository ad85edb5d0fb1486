using System.Diagnostics;
using ScaiSend.Contracts;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>RFC 8461, against an HTTPS server and mail servers of this test's own.</summary>
public sealed class FollowingMtaSts : IAsyncDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly DnsResponder _dns = DnsResponder
        .Start()
        .HasMx("b.test", 10, "mx.b.test")
        .HasAddress("mx.b.test", "127.0.0.1")
        .HasAddress("mta-sts.b.test", "127.0.0.1")
        .HasText("_mta-sts.b.test", "v=STSv1; id=1;");
    private readonly PolicyServer _web;

    public FollowingMtaSts() => _web = PolicyServer.Start(_authority.Issue("mta-sts.b.test"));

    [Fact]
    public async Task Under_an_enforced_policy_mail_goes_to_a_verified_host()
    {
        using var certificate = _authority.Issue("mx.b.test");
        await using var server = ScriptedSmtpServer.StartWithTls(certificate);
        await using var engine = Engine(server);
        _web.Serve(Policy("enforce", "mx.b.test"));
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.True(outcome.Verdict is Verdict.Delivered, outcome.Attempt.Reply);
        Assert.Equal(("mta-sts enforce", "valid"), (outcome.Attempt.TlsPolicy, outcome.Attempt.Certificate));
    }

    [Theory]
    [InlineData("self-signed", "*.b.test", "certificate is not valid (self-signed")]
    [InlineData("none", "mx.b.test", "offers no TLS")]
    [InlineData("broken", "mx.b.test", "STARTTLS")]
    [InlineData("good", "other.b.test", "policy does not name the mail host mx.b.test")]
    public async Task Under_an_enforced_policy_all_else_waits_and_testing_tells(string tls, string mx, string trouble)
    {
        using var certificate = tls == "good" ? _authority.Issue("mx.b.test") : TestCertificate.New("mx.b.test");
        await using var server =
            tls == "none" ? ScriptedSmtpServer.Start()
            : tls == "broken" ? ScriptedSmtpServer.StartWithTls(certificate, c => c == "STARTTLS" ? "454 4.7.0 STARTTLS is broken" : null)
            : ScriptedSmtpServer.StartWithTls(certificate);
        await using var engine = Engine(server);
        _web.Serve(Policy("enforce", mx));
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains(trouble, outcome.Attempt.Reply, StringComparison.Ordinal);
        Assert.Empty(server.Contents);

        await using var testing = Engine(server);
        _web.Serve(Policy("testing", mx));
        outcome = await testing.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.StartsWith("opportunistic, mta-sts testing", outcome.Attempt.TlsPolicy, StringComparison.Ordinal);
        Assert.NotEqual("opportunistic, mta-sts testing", outcome.Attempt.TlsPolicy);
    }

    [Fact]
    public async Task An_operator_who_says_none_overrules_the_domain()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server);
        _web.Serve(Policy("enforce", "mx.b.test"));
        engine.Policy.Replace(
            new DeliveryPolicy { Domains = new Dictionary<string, Handling> { ["b.test"] = new() { Tls = TlsMode.None } } }
        );
        Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
    }

    [Theory]
    [InlineData("404 Not Found", "text/plain", "enforce")]
    [InlineData("301 Moved Permanently", "text/plain", "enforce")]
    [InlineData("200 OK", "text/html", "enforce")]
    [InlineData("200 OK", "text/plain", "nonsense")]
    [InlineData("200 OK", "text/plain", "too long")]
    [InlineData("silence", "", "")]
    [InlineData("other name", "", "")]
    [InlineData("no address", "", "")]
    public async Task A_policy_that_cannot_be_fetched_is_none_and_the_attempt_says_so(string status, string contentType, string mode)
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var other = PolicyServer.Start(_authority.Issue("elsewhere.test"));
        await using var engine = Engine(
            server,
            ("MtaStsTimeout", "00:00:00.500"),
            ("MtaStsPort", $"{(status == "other name" ? other.Port : _web.Port)}")
        );
        other.Serve(Policy("enforce", "mx.b.test"));
        if (status == "silence")
            _web.Answer = null;
        else if (status == "no address")
            _dns.Forget("mta-sts.b.test");
        else
            _web.Serve(
                Policy(mode == "too long" ? "enforce" : mode, "mx.b.test") + new string('x', mode == "too long" ? 65536 : 0),
                status,
                contentType
            );
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal("opportunistic, mta-sts not fetched", outcome.Attempt.TlsPolicy);
    }

    [Fact]
    public async Task A_policy_is_fetched_once_and_again_when_its_id_changes_and_outlives_its_server_and_its_record()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("MxCacheTtl", "00:00:00"));
        _web.Serve(Policy("enforce", "mx.b.test"));
        for (var i = 0; i < 3; i++)
            Assert.IsType<Verdict.Deferred>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Equal(1, _web.Requests);

        _dns.Forget("_mta-sts.b.test");
        Assert.IsType<Verdict.Deferred>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);

        _web.Serve("", "500 Internal Server Error");
        _dns.HasText("_mta-sts.b.test", "v=STSv1; id=2;");
        Assert.IsType<Verdict.Deferred>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Equal(2, _web.Requests);

        _web.Serve(Policy("none", "mx.b.test"));
        Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Equal(3, _web.Requests);
    }

    [Fact]
    public async Task A_policy_ends_with_its_max_age()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("MxCacheTtl", "00:00:00"));
        _web.Serve(Policy("enforce", "mx.b.test", maxAge: 1));
        Assert.IsType<Verdict.Deferred>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        _web.Serve("", "404 Not Found");
        var waited = Stopwatch.StartNew();
        while ((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict is not Verdict.Delivered)
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The policy outlived its max_age by far");
    }

    [Fact]
    public async Task A_known_domain_costs_no_question()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server);
        _web.Serve(Policy("testing", "mx.b.test"));
        await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        var asked = Questions();
        for (var i = 0; i < 5; i++)
            await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.Equal((asked, 1), (Questions(), _web.Requests));

        int Questions() => _dns.QuestionsFor("b.test") + _dns.QuestionsFor("mx.b.test") + _dns.QuestionsFor("_mta-sts.b.test");
    }

    [Theory]
    [InlineData("MtaSts", "false")]
    [InlineData("Smarthost", "127.0.0.1:1")]
    public async Task It_can_be_left_alone(string setting, string value)
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, (setting, value));
        var mail = TestMail.To("u@b.test");
        var route = await engine.Routes.FindAsync(
            mail,
            Ids.New(TimeProvider.System),
            Ids.New(TimeProvider.System),
            TestContext.Current.CancellationToken
        );
        Assert.False(Assert.IsType<MxRoute.ToHosts>(route).Tls.NeedsTls);
        Assert.Equal(0, _dns.QuestionsFor("_mta-sts.b.test"));
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _dns.DisposeAsync();
        _authority.Dispose();
    }

    private static string Policy(string mode, string mx, int maxAge = 86400) =>
        $"version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: {maxAge}\r\n";

    private Engine Engine(ScriptedSmtpServer server, params (string, string)[] settings) =>
        Delivery.Engine.With([
            ("Dns", _dns.Address),
            ("MxPort", $"{server.Port}"),
            ("MtaStsPort", $"{_web.Port}"),
            ("TrustedCertificates", _authority.File),
            .. settings,
        ]);
}
