using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class NullMx
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_domain_that_takes_no_mail_bounces_without_a_connection(Stack stack)
    {
        await using var dns = DnsResponder.Start().HasNullMx("nomail.test");
        await using var product = await Product.StartAsync(
            stack,
            settings: new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address }
        );

        var id = await product.SendAsync(Some.To("ada@nomail.test"));
        var email = await product.EmailInStateAsync(id, "Bounced");

        var attempt = Assert.Single(email.Attempts());
        Assert.Equal("5.1.10", attempt.GetProperty("enhanced_status_code").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, attempt.GetProperty("mx_host").ValueKind);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_finds_the_hosts_of_its_domain(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var dns = DnsResponder.Start().HasMx("example.org", 10, "mx.example.org").HasAddress("mx.example.org", "127.0.0.1");
        await using var product = await Product.StartAsync(
            stack,
            settings: new Dictionary<string, string?>
            {
                ["Delivery:Dns"] = dns.Address,
                ["Delivery:MxPort"] = sink.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            }
        );

        var id = await product.SendAsync(Some.To("ada@example.org"));
        var email = await product.EmailInStateAsync(id, "Delivered");

        Assert.Equal("mx.example.org", email.Attempts()[0].GetProperty("mx_host").GetString());
    }
}
