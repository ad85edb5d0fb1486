using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class Routed
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_attempt_shows_where_mail_left_from_and_how_safe_its_way_was(Stack stack)
    {
        await using var sink = SmtpSink.Start(offersTls: true);
        await using var dns = DnsResponder.Start().HasMx("example.org", 10, "mx.example.org").HasAddress("mx.example.org", "127.0.0.1");
        await using var product = await Product.StartAsync(
            stack,
            settings: new Dictionary<string, string?>
            {
                ["Delivery:Dns"] = dns.Address,
                ["Delivery:MxPort"] = $"{sink.Port}",
                ["Delivery:Sources:out1:Address"] = "127.0.0.2",
                ["Delivery:Sources:out1:EhloName"] = "out1.example.test",
            }
        );

        var attempt = (await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered")).Attempts()[0];

        Assert.Equal("127.0.0.2", attempt.GetProperty("source_address").GetString());
        Assert.Equal("opportunistic", attempt.GetProperty("tls_policy").GetString());
        Assert.StartsWith("self-signed", attempt.GetProperty("certificate").GetString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_request_chooses_the_pool_of_addresses_also_for_a_retry(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("ada@example.org", "451 4.3.0 come back in a minute");
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            new Dictionary<string, string?>
            {
                ["Delivery:Sources:usual:Address"] = "127.0.0.2",
                ["Delivery:Sources:campaigns:Address"] = "127.0.0.3",
                ["Delivery:Sources:campaigns:Pools"] = "campaigns",
            }
        );
        var usual = await product.SendAsync(Some.To("bob@example.org"));
        var campaign = await product.SendAsync(Some.To("ada@example.org"), new { ip_pool_name = "campaigns" });
        var lost = await product.SendAsync(Some.To("eve@example.org"), new { ip_pool_name = "gone" });

        await product.EmailInStateAsync(campaign, "Deferred");
        product.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["127.0.0.2"], await SourcesOf(usual));
        Assert.Equal(["127.0.0.3", "127.0.0.3"], await SourcesOf(campaign));
        Assert.Equal(["127.0.0.2"], await SourcesOf(lost));

        async Task<IEnumerable<string?>> SourcesOf(string id) =>
            (await product.EmailInStateAsync(id, "Delivered")).Attempts().Select(a => a.GetProperty("source_address").GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_that_must_be_safe_waits_until_its_way_is(Stack stack)
    {
        var isSafe = false;
        using var certificate = TestCertificate.New();
        await using var server = ScriptedSmtpServer.StartWithTls(
            certificate,
            c => !isSafe && c.StartsWith("EHLO", StringComparison.Ordinal) ? "250 script.test" : null
        );
        var policy = Path.GetTempFileName();
        await File.WriteAllTextAsync(policy, "domains:\n  example.org: { tls: require }\n", TestContext.Current.CancellationToken);
        await using var product = await Product.StartAsync(
            stack,
            $"127.0.0.1:{server.Port}",
            new Dictionary<string, string?> { ["Delivery:PolicyFile"] = policy }
        );

        var id = await product.SendAsync(Some.To("ada@example.org"));
        var attempt = (await product.EmailInStateAsync(id, "Deferred")).Attempts()[0];
        Assert.Equal("require (domain example.org)", attempt.GetProperty("tls_policy").GetString());
        Assert.Contains("offers no TLS", attempt.GetProperty("reply").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Contents);

        isSafe = true;
        // Longer than a minute, because a provider that has made trouble gets its mail more slowly.
        product.Clock.Advance(TimeSpan.FromMinutes(5));
        var delivered = (await product.EmailInStateAsync(id, "Delivered")).Attempts()[1];
        Assert.StartsWith("TLS 1.", delivered.GetProperty("tls").GetString(), StringComparison.Ordinal);
        File.Delete(policy);
    }
}
