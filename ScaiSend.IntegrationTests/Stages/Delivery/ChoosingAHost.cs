using System.Net;
using System.Net.Sockets;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class ChoosingAHost
{
    [Theory]
    [InlineData("554 no SMTP service here")]
    [InlineData("421 too busy")]
    [InlineData("450 later")]
    [InlineData(Dialogue.Close)]
    [InlineData(Dialogue.Silence)]
    [InlineData("hello")]
    public async Task A_host_that_does_not_greet_well_is_passed_over(string greeting)
    {
        await using var first = ScriptedSmtpServer.Start(c => c == "(greeting)" ? greeting : null);
        await using var second = ScriptedSmtpServer.Start();
        await using var engine = Engine.With(("GreetingTimeout", "00:00:00.300"));
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), second.AsHost());
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal($"127.0.0.1:{second.Port}", outcome.Attempt.MxAddress);
        Assert.Equal(1, first.Connections);
    }

    [Fact]
    public async Task A_host_that_refuses_the_connection_is_passed_over()
    {
        await using var second = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), Closed(), second.AsHost());
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
    }

    [Fact]
    public async Task What_a_passed_host_said_is_told_with_the_attempt()
    {
        await using var first = ScriptedSmtpServer.Start(c => c == "(greeting)" ? "421 4.3.2 too busy" : null);
        await using var second = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), second.AsHost());
        Assert.EndsWith($"(before it {first.AsHost().Name}: 421 4.3.2 too busy)", outcome.Attempt.Reply, StringComparison.Ordinal);
        Assert.Equal(421, outcome.Passed?.Attempt.ReplyCode);
    }

    [Fact]
    public async Task A_connection_lost_before_any_reply_to_the_mail_is_made_up_for_by_the_next_host()
    {
        await using var first = ScriptedSmtpServer.Start(c => c.StartsWith("MAIL", StringComparison.Ordinal) ? Dialogue.Close : null);
        await using var second = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), second.AsHost());
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 later")]
    [InlineData("RCPT", "450 4.2.0 greylisted")]
    [InlineData("RCPT", Dialogue.Close)]
    [InlineData("DATA", "451 4.3.0 later")]
    [InlineData(".", "451 4.3.0 later")]
    [InlineData(".", Dialogue.Close)]
    public async Task No_other_host_is_tried_once_the_mail_was_answered(string command, string reply)
    {
        await using var first = ScriptedSmtpServer.Start(c => c.StartsWith(command, StringComparison.Ordinal) ? reply : null);
        await using var second = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), second.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal((1, 0), (first.Connections, second.Connections));
    }

    [Theory]
    [InlineData("554 5.7.1 your address is listed", false)]
    [InlineData("521 this host takes no mail", true)]
    public async Task When_all_hosts_greet_badly_the_mail_waits_unless_they_never_take_mail(string greeting, bool isBounced)
    {
        await using var first = ScriptedSmtpServer.Start(_ => greeting);
        await using var second = ScriptedSmtpServer.Start(_ => greeting);
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), second.AsHost());
        Assert.Equal(isBounced ? new Verdict.Bounced(BounceClass.Hard) : new Verdict.Deferred(), outcome.Verdict);
        Assert.Equal(greeting[4..], outcome.Attempt.Reply);
        Assert.Equal(1, second.Connections);
    }

    [Fact]
    public async Task A_trouble_that_can_pass_outweighs_one_that_cannot()
    {
        await using var first = ScriptedSmtpServer.Start(_ => "521 this host takes no mail");
        await using var engine = Engine.With();
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("u@b.test"), Closed(), first.AsHost())).Verdict);
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), Closed())).Verdict);
    }

    [Fact]
    public async Task An_unreachable_host_is_named_in_the_report()
    {
        await using var engine = Engine.With();
        var host = Closed();
        var report = (await engine.SendAsync(TestMail.To("u@b.test"), host)).Attempt;
        Assert.Null(report.MxHost);
        Assert.StartsWith($"127.0.0.1 127.0.0.1:{host.Port}: ", report.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_are_found_by_their_names()
    {
        await using var dns = DnsResponder.Start().HasAddress("mx2.b.test", "127.0.0.2");
        await using var server = ScriptedSmtpServer.Start(script: null, "127.0.0.2");
        await using var engine = Engine.With(("Dns", dns.Address));
        var outcome = await engine.SendAsync(
            TestMail.To("u@b.test"),
            new MxHost("mx1.b.test", server.Port),
            new MxHost("mx2.b.test", server.Port)
        );
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal(("mx2.b.test", $"127.0.0.2:{server.Port}"), (outcome.Attempt.MxHost, outcome.Attempt.MxAddress));
    }

    [Theory]
    [InlineData("mx_1.b.test")]
    [InlineData("-mx-.b.test")]
    public async Task Odd_names_of_hosts_are_taken(string name)
    {
        await using var dns = DnsResponder.Start().HasAddress(name, "127.0.0.1");
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With(("Dns", dns.Address));
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), new MxHost(name, server.Port));
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
    }

    [Fact]
    public async Task Every_address_of_a_host_is_tried()
    {
        await using var dns = DnsResponder.Start().HasAddress("mx.b.test", "127.0.0.2").HasAddress("mx.b.test", "127.0.0.3");
        await using var server = ScriptedSmtpServer.Start(script: null, "127.0.0.3");
        await using var engine = Engine.With(("Dns", dns.Address));
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), new MxHost("mx.b.test", server.Port));
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
    }

    [Fact]
    public async Task A_host_with_many_dead_addresses_leaves_tries_for_the_next()
    {
        await using var dns = DnsResponder.Start().HasAddress("mx2.b.test", "127.0.0.1");
        for (var i = 2; i < 12; i++)
            dns.HasAddress("mx1.b.test", $"127.0.0.{i}");
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With(("Dns", dns.Address));
        var outcome = await engine.SendAsync(
            TestMail.To("u@b.test"),
            new MxHost("mx1.b.test", server.Port),
            new MxHost("mx2.b.test", server.Port)
        );
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
    }

    [Fact]
    public async Task Hosts_without_an_address_bounce_but_a_silent_dns_defers()
    {
        await using var dns = DnsResponder.Start().Exists("mx1.b.test").Fails("mx2.b.test");
        await using var engine = Engine.With(("Dns", dns.Address));
        var nowhere = await engine.SendAsync(TestMail.To("u@b.test"), new MxHost("mx1.b.test", 25), new MxHost("none.test", 25));
        var unknown = await engine.SendAsync(TestMail.To("u@b.test"), new MxHost("mx2.b.test", 25), new MxHost("mx1.b.test", 25));
        Assert.Equal(new Verdict.Bounced(BounceClass.Hard), nowhere.Verdict);
        Assert.Equal("5.4.4", nowhere.Attempt.EnhancedStatusCode);
        Assert.IsType<Verdict.Deferred>(unknown.Verdict);
    }

    [Fact]
    public async Task Only_so_many_addresses_are_tried()
    {
        await using var server = ScriptedSmtpServer.Start(_ => "421 busy");
        await using var engine = Engine.With(("AddressesPerAttempt", "3"));
        await engine.SendAsync(TestMail.To("u@b.test"), Enumerable.Repeat(server.AsHost(), 10));
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task A_smarthost_is_found_by_the_systems_own_names()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With(("Smarthost", $"localhost:{sink.Port}"));
        var route = await engine.Mx.FindAsync("b.test", TestContext.Current.CancellationToken);
        var outcome = await engine.Sender.SendAsync(TestMail.To("u@b.test"), route, TestContext.Current.CancellationToken);
        Assert.IsType<Verdict.Delivered>(outcome!.Verdict);
    }

    private static MxHost Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new MxHost("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
