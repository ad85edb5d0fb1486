using System.Text.Json;
using MailKit.Net.Smtp;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A domain gets a return path of its own (Decision 19): used once its records are seen, given up when they are gone, and bounces come back by it.</summary>
public sealed class OwnReturnPathOfADomain
{
    private const string Domain = "shop.example.com";

    private string _last = "";

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task It_is_used_while_its_records_are_there_and_reports_find_their_email_by_it(Stack stack)
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(
            stack,
            sink,
            new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address, ["Domains:InboundHost"] = "mx.example.net" }
        );
        var product = inbound.Product;
        var answer = await product.CallAsync(
            "POST",
            "/api/admin/domains",
            product.LiveKey,
            $$"""{"domain":"{{Domain}}","custom_return_path":true}"""
        );
        Assert.True(answer.Status == 201, answer.Body);
        var domain = answer.Json.GetProperty("data");
        var path = $"/api/admin/domains/{domain.GetProperty("id").GetString()}";
        var records = domain.GetProperty("dns_records").EnumerateArray().ToDictionary(r => Text(r, "purpose"), r => r);
        Assert.Equal(("MX", "bounce.shop.example.com", "10 mx.example.net"), Of(records["return_path"]));
        Assert.Equal(("TXT", "bounce.shop.example.com", "v=spf1 include:bounce.localhost -all"), Of(records["return_path_spf"]));

        // Verified by its key alone: the installation's own return path is used until the records of this one are there.
        dns.HasText(Text(records["dkim"], "host"), Text(records["dkim"], "value"));
        Assert.True((await VerifyAsync(product, path)).GetProperty("verified").GetBoolean());
        Assert.EndsWith("@bounce.localhost", (await SendAsync(product, sink, 1)).ReversePath, StringComparison.Ordinal);

        dns.HasMx("bounce.shop.example.com", 10, "mx.example.net");
        await VerifyAsync(product, path);
        product.Clock.Advance(TimeSpan.FromSeconds(11));
        // Both records or none: without SPF the other one only harms.
        Assert.EndsWith("@bounce.localhost", (await SendAsync(product, sink, 2)).ReversePath, StringComparison.Ordinal);

        dns.HasText("bounce.shop.example.com", "v=spf1 include:bounce.localhost ~all");
        await VerifyAsync(product, path);
        product.Clock.Advance(TimeSpan.FromSeconds(11));
        var mail = await SendAsync(product, sink, 3);
        Assert.EndsWith("@bounce.shop.example.com", mail.ReversePath, StringComparison.Ordinal);

        await inbound.HandOverAsync(mail.ReversePath, SomeReport.Dsn(mail.ReversePath));
        await product.EmailInStateAsync(_last, "Bounced");

        // Whoever writes to any other address there is told that we do not relay.
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() =>
            inbound.HandOverAsync("someone@bounce.shop.example.com", SomeReport.Dsn("someone@bounce.shop.example.com"))
        );
        Assert.Contains("5.7.1", refused.Message, StringComparison.Ordinal);

        dns.Forget("bounce.shop.example.com");
        await VerifyAsync(product, path);
        product.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.EndsWith("@bounce.localhost", (await SendAsync(product, sink, 4)).ReversePath, StringComparison.Ordinal);
        var history = (await product.CallAsync("GET", $"{path}/events", product.LiveKey)).Json.GetProperty("data").EnumerateArray();
        Assert.Equal(
            ["return_path_off", "return_path_used"],
            history.Select(e => Text(e, "type")).Where(t => t.StartsWith("return", StringComparison.Ordinal))
        );
    }

    private static async Task<JsonElement> VerifyAsync(Product product, string path) =>
        (await product.CallAsync("POST", $"{path}/verify", product.LiveKey)).Json;

    // Each to somebody else, because one who bounced gets no more mail.
    private async Task<SunkMail> SendAsync(Product product, SmtpSink sink, int count)
    {
        _last = await product.SendAsync(Some.To($"ada{count}@example.org"), new { from = new { email = $"news@{Domain}" } });
        await product.EmailInStateAsync(_last, "Delivered");
        return (await sink.Received(count)).Single(mail => mail.Recipients[0].StartsWith($"ada{count}@", StringComparison.Ordinal));
    }

    private static (string Type, string Host, string Value) Of(JsonElement record) =>
        (Text(record, "type"), Text(record, "host"), Text(record, "value"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
