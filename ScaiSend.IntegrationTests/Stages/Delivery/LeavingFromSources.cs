using System.Net;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class LeavingFromSources : IAsyncDisposable
{
    private readonly DnsResponder _dns = DnsResponder.Start();

    [Fact]
    public async Task Mail_leaves_from_its_pools_address_with_that_addresss_name()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(
            server,
            ("Sources:a:Address", "127.0.0.2"),
            ("Sources:a:EhloName", "a.example.test"),
            ("Sources:b:Address", "127.0.0.3"),
            ("Sources:b:EhloName", "b.example.test"),
            ("Sources:b:Pools", "bulk, other")
        );
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "127.0.0.1");
        var usual = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        var bulk = await engine.RouteAndSendAsync(TestMail.To("u@b.test") with { Pool = "Bulk" });
        Assert.Equal(("127.0.0.2", "127.0.0.3"), (usual.Attempt.Source, bulk.Attempt.Source));
        Assert.Equal([IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")], server.Clients);
        Assert.Equal(
            ["EHLO a.example.test", "EHLO b.example.test"],
            server.Commands.Where(c => c.StartsWith("EHLO", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_pool_that_there_is_not_is_the_default_one_and_the_attempt_says_so()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("Sources:a:Address", "127.0.0.2"));
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "127.0.0.1");
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test") with { Pool = "gone" });
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal("127.0.0.2", outcome.Attempt.Source);
        Assert.EndsWith("(there is no pool 'gone', so it went by the default one)", outcome.Attempt.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Emails_spread_evenly_and_each_keeps_its_address()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(
            server,
            ("Sources:0:Address", "127.0.0.2"),
            ("Sources:1:Address", "127.0.0.3"),
            ("Sources:2:Address", "127.0.0.4")
        );
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "127.0.0.1");
        var emails = Enumerable.Range(0, 3000).Select(_ => Ids.New(TimeProvider.System)).ToList();
        var first = await SourcesOf(engine, emails);
        Assert.Equal(first, await SourcesOf(engine, emails));
        // 1,000 each, with a standard deviation of 26.
        Assert.All(first.CountBy(source => source!), share => Assert.InRange(share.Value, 800, 1200));
        Assert.Equal(3, first.Distinct().Count());
        Assert.Equal(1, _dns.QuestionsFor("b.test"));
    }

    [Theory]
    [InlineData("127.0.0.1", null, "127.0.0.2")]
    [InlineData("::1", null, "::1")]
    [InlineData("::1", "127.0.0.1", "127.0.0.2 ::1")]
    public async Task Only_addresses_of_a_family_that_the_host_has_are_chosen(string address, string? also, string expected)
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("Sources:four:Address", "127.0.0.2"), ("Sources:six:Address", "::1"));
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", address);
        if (also is not null)
            _dns.HasAddress("mx.b.test", also);
        var sources = await SourcesOf(engine, Enumerable.Range(0, 100).Select(_ => Ids.New(TimeProvider.System)));
        Assert.Equal(expected, string.Join(' ', sources.Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_family_of_most_hosts_is_chosen_so_that_the_next_host_can_be_tried()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("Sources:four:Address", "127.0.0.1"), ("Sources:six:Address", "::1"));
        // Nothing listens on IPv6, and the first host has both.
        _dns.HasMx("b.test", 10, "mx1.b.test").HasAddress("mx1.b.test", "::1").HasAddress("mx1.b.test", "127.0.0.9");
        _dns.HasMx("b.test", 20, "mx2.b.test").HasAddress("mx2.b.test", "127.0.0.1");
        for (var i = 0; i < 10; i++)
            Assert.IsType<Verdict.Delivered>((await engine.RouteAndSendAsync(TestMail.To("u@b.test"))).Verdict);
    }

    [Fact]
    public async Task Mail_reaches_a_host_that_has_only_ipv6()
    {
        await using var server = ScriptedSmtpServer.Start(script: null, "::1");
        await using var engine = Engine(server, ("Sources:four:Address", "127.0.0.1"), ("Sources:six:Address", "::1"));
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "::1");
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal("::1", outcome.Attempt.Source);
    }

    [Fact]
    public async Task A_host_out_of_reach_of_all_our_addresses_makes_mail_wait_with_words_that_say_so()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("Sources:four:Address", "127.0.0.2"));
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "::1");
        var outcome = await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains("no address that can be reached from 127.0.0.2", outcome.Attempt.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_address_has_connections_of_its_own()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine(server, ("Sources:a:Address", "127.0.0.2"), ("Sources:b:Address", "127.0.0.3"));
        _dns.HasMx("b.test", 10, "mx.b.test").HasAddress("mx.b.test", "127.0.0.1");
        for (var i = 0; i < 40; i++)
            await engine.RouteAndSendAsync(TestMail.To("u@b.test"));
        Assert.Equal((2, 2, 40), (server.Connections, server.Clients.Distinct().Count(), server.Contents.Count));
    }

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    private static async Task<List<string?>> SourcesOf(Engine engine, IEnumerable<Guid> emails)
    {
        var sources = new List<string?>();
        foreach (var email in emails)
            sources.Add(
                Assert
                    .IsType<MxRoute.ToHosts>(
                        await engine.Routes.FindAsync(TestMail.To("u@b.test"), email, Guid.Empty, TestContext.Current.CancellationToken)
                    )
                    .Source
            );
        return sources;
    }

    private Engine Engine(ScriptedSmtpServer server, params (string, string)[] settings) =>
        Delivery.Engine.With([("Dns", _dns.Address), ("MxPort", $"{server.Port}"), .. settings]);
}
