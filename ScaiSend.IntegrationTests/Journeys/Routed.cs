using Microsoft.Extensions.DependencyInjection;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;

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
    public async Task Mail_that_must_be_safe_waits_until_its_way_is(Stack stack)
    {
        await using var plain = SmtpSink.Start();
        await using var safe = SmtpSink.Start(offersTls: true);
        await using var dns = DnsResponder.Start();
        await using var product = await Product.StartAsync(
            stack,
            settings: new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address }
        );
        Require(plain.Port);
        var id = await product.SendAsync(Some.To("ada@example.org"));
        var attempt = (await product.EmailInStateAsync(id, "Deferred")).Attempts()[0];
        Assert.Equal("require (domain example.org)", attempt.GetProperty("tls_policy").GetString());
        Assert.Contains("offers no TLS", attempt.GetProperty("reply").GetString(), StringComparison.Ordinal);

        Require(safe.Port);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await product.EmailInStateAsync(id, "Delivered");
        Assert.Empty(plain.Mails);
        Assert.True(Assert.Single(safe.Mails).IsTls);

        void Require(int port) =>
            product
                .Services.GetRequiredService<CurrentPolicy>()
                .Replace(
                    new DeliveryPolicy
                    {
                        Domains = new Dictionary<string, Handling>
                        {
                            ["example.org"] = new() { Tls = TlsMode.Require, Transport = new Transport("127.0.0.1", port) },
                        },
                    }
                );
    }
}
