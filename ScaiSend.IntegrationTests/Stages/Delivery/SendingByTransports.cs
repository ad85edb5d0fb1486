using System.Text;
using ScaiSend.Contracts;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class SendingByTransports : IAsyncDisposable
{
    private const string OffersAuth = "250-script.test\r\n250-AUTH PLAIN\r\n250 8BITMIME";
    private const string Password = "correct horse";

    private readonly DnsResponder _dns = DnsResponder
        .Start()
        .HasMx("b.test", 10, "mx.b.test")
        .HasMx("c.test", 10, "mx.c.test")
        .HasAddress("mx.b.test", "127.0.0.1")
        .HasAddress("mx.c.test", "127.0.0.1");

    [Fact]
    public async Task A_domains_transport_takes_its_mail_without_a_question_to_dns()
    {
        await using var usual = ScriptedSmtpServer.Start();
        await using var transport = ScriptedSmtpServer.Start();
        await using var engine = Engine(usual);
        engine.Policy.Replace(ForDomain("internal.test", transport.Port));
        Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@internal.test"))).Verdict);
        Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Equal((1, 1), (transport.Contents.Count, usual.Contents.Count));
        Assert.Equal(0, _dns.QuestionsFor("internal.test"));
    }

    [Fact]
    public async Task A_tenants_transport_outweighs_the_smarthost_and_a_providers_is_found_by_its_hosts()
    {
        var tenant = Ids.New(TimeProvider.System);
        await using var smarthost = ScriptedSmtpServer.Start();
        await using var ofTenant = ScriptedSmtpServer.Start();
        await using var ofProvider = ScriptedSmtpServer.Start();
        var policy = new DeliveryPolicy
        {
            Tenants = new Dictionary<Guid, Handling> { [tenant] = new() { Transport = To(ofTenant.Port) } },
            Providers = [new ProviderPolicy("Bee", ["mx.b.test"], new Handling { Transport = To(ofProvider.Port) }, [])],
        };
        await using var relayed = Engine(smarthost, ("Smarthost", $"127.0.0.1:{smarthost.Port}"));
        relayed.Policy.Replace(policy);
        await relayed.RouteAndSendAsync(TestMail.To("u@b.test"), tenant);
        await relayed.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.Equal((1, 1), (ofTenant.Contents.Count, smarthost.Contents.Count));

        await using var direct = Engine(smarthost);
        direct.Policy.Replace(policy);
        await direct.RouteAndSendAsync(TestMail.To("u@b.test"));
        await direct.RouteAndSendAsync(TestMail.To("u@c.test"));
        Assert.Equal((1, 2), (ofProvider.Contents.Count, smarthost.Contents.Count));
    }

    [Fact]
    public async Task A_transport_that_asks_for_an_account_gets_it()
    {
        await using var transport = ScriptedSmtpServer.Start(c =>
            c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersAuth
            : c.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 welcome"
            : null
        );
        await using var engine = Engine(transport);
        engine.Policy.Replace(ForDomain("b.test", transport.Port, "ada", Password));
        Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Contains("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0ada\0{Password}")), transport.Commands);
    }

    [Fact]
    public async Task An_account_that_is_refused_makes_mail_wait_and_its_password_shows_nowhere()
    {
        await using var transport = ScriptedSmtpServer.Start(c =>
            c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersAuth
            : c.StartsWith("AUTH", StringComparison.Ordinal) ? "535 5.7.8 authentication failed"
            : null
        );
        await using var engine = Engine(transport);
        engine.Policy.Replace(ForDomain("b.test", transport.Port, "ada", Password));
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal(("auth", 535, "5.7.8"), (outcome.Attempt.Step, outcome.Attempt.ReplyCode, outcome.Attempt.EnhancedStatusCode));
        Assert.DoesNotContain(Password, outcome.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, new Account("ada", Password).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(transport.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_transport_without_auth_does_not_get_mail_that_has_an_account()
    {
        await using var transport = ScriptedSmtpServer.Start();
        await using var engine = Engine(transport);
        engine.Policy.Replace(ForDomain("b.test", transport.Port, "ada", Password));
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains("offers no AUTH", outcome.Attempt.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_never_goes_in_the_clear_after_tls_trouble()
    {
        using var certificate = TestCertificate.New();
        await using var transport = ScriptedSmtpServer.StartWithTls(certificate, c => c == "STARTTLS" ? "454 4.7.0 not now" : null);
        await using var engine = Engine(transport);
        engine.Policy.Replace(ForDomain("b.test", transport.Port, "ada", Password));
        Assert.IsType<Verdict.Deferred>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        Assert.Equal(1, transport.Connections);
    }

    [Fact]
    public async Task Two_accounts_on_one_host_do_not_share_connections()
    {
        await using var transport = ScriptedSmtpServer.Start(c =>
            c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersAuth
            : c.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 welcome"
            : null
        );
        await using var engine = Engine(transport);
        foreach (var user in (string[])["ada", "bob", "ada"])
        {
            engine.Policy.Replace(ForDomain("b.test", transport.Port, user, Password));
            Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
        }
        Assert.Equal(3, transport.Connections);
    }

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    private static Transport To(int port, string? user = null, string? password = null) => new("127.0.0.1", port, user, password);

    private static DeliveryPolicy ForDomain(string domain, int port, string? user = null, string? password = null) =>
        new() { Domains = new Dictionary<string, Handling> { [domain] = new() { Transport = To(port, user, password) } } };

    private Engine Engine(ScriptedSmtpServer usual, params (string, string)[] settings) =>
        Delivery.Engine.With([("Dns", _dns.Address), ("MxPort", $"{usual.Port}"), .. settings]);
}
