using System.Net;
using System.Text;
using System.Text.Json;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A tenant brings its own domain: published, verified, sent from, rotated, broken.</summary>
public sealed class SenderDomains
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_from_a_domain_is_refused_until_its_record_is_published_and_is_signed_from_then_on(Stack stack)
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, dns, sink);

        var domain = await AddAsync(product, """{"domain":"Shop.Example.com","dmarc_policy":"reject","dmarc_rua_email":"d@example.com"}""");
        Assert.Equal("shop.example.com", Text(domain, "domain"));
        Assert.False(domain.GetProperty("verified").GetBoolean());
        Assert.Equal(HttpStatusCode.Forbidden, (await SendFromAsync(product, "news@shop.example.com")).StatusCode);

        var early = await VerifyAsync(product, domain);
        Assert.False(early.GetProperty("verified").GetBoolean());
        Assert.Contains(
            "scaisend._domainkey.shop.example.com: There is no TXT record",
            early.GetProperty("errors")[0].GetString(),
            StringComparison.Ordinal
        );

        Publish(dns, domain);
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        var verified = await VerifyAsync(product, domain);
        Assert.True(verified.GetProperty("verified").GetBoolean(), verified.ToString());
        Assert.True(verified.GetProperty("dmarc_verified").GetBoolean());
        Assert.Equal("[]", verified.GetProperty("errors").GetRawText());
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Accepted, (await SendFromAsync(product, "news@shop.example.com")).StatusCode);

        var mail = Assert.Single(await sink.Received(1));
        await DkimCheck.VerifyAsync(Records(await GetAsync(product, domain)), mail.Bytes);
        Assert.Contains("d=shop.example.com;\r\n\ts=scaisend;", Encoding.UTF8.GetString(mail.Bytes), StringComparison.Ordinal);
        Assert.Equal(["verified", "key_used", "record_found", "record_found", "created"], await HistoryAsync(product, domain));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_key_is_rotated_without_a_gap(Stack stack)
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, dns, sink);
        var domain = await AddAsync(product, """{"domain":"example.com","ed25519":true}""");
        Publish(dns, domain);
        await VerifyAsync(product, domain);

        var rotated = (await product.CallAsync("POST", $"{Path(domain)}/rotate", product.LiveKey)).Json.GetProperty("data");
        Assert.Equal(["in_use", "in_use", "waiting_for_record", "waiting_for_record"], States(rotated));
        // Asked again, nothing new is made.
        var again = (await product.CallAsync("POST", $"{Path(domain)}/rotate", product.LiveKey)).Json.GetProperty("data");
        Assert.Equal(States(rotated), States(again));
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["scaisend", "scaisend-ed"], await SelectorsOfMailAsync(product, sink, 1));

        Publish(dns, rotated);
        // Nobody asks: a worker sees it.
        product.Clock.Advance(TimeSpan.FromMinutes(6));
        var now = await WhenAsync(product, domain, d => States(d)[0] == "in_use" && States(d)[3] == "retired");
        Assert.Equal(["in_use", "in_use", "retired", "retired"], States(now));
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["scaisend2", "scaisend2-ed"], await SelectorsOfMailAsync(product, sink, 2));
        await DkimCheck.VerifyAsync(Records(rotated), sink.Mails.Select(m => m.Bytes));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_record_that_is_gone_is_noticed_and_ends_sending_after_a_day(Stack stack)
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, dns, sink);
        var domain = await AddAsync(product, """{"domain":"example.com"}""");
        Publish(dns, domain);
        await VerifyAsync(product, domain);

        dns.Forget("scaisend._domainkey.example.com");
        product.Clock.Advance(TimeSpan.FromHours(7));
        var broken = await WhenAsync(product, domain, d => d.GetProperty("broken_since").ValueKind == JsonValueKind.String);
        Assert.True(broken.GetProperty("verified").GetBoolean());
        Assert.Equal(HttpStatusCode.Accepted, (await SendFromAsync(product, "a@example.com")).StatusCode);

        product.Clock.Advance(TimeSpan.FromHours(25));
        await WhenAsync(product, domain, d => !d.GetProperty("verified").GetBoolean());
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendFromAsync(product, "a@example.com")).StatusCode);
        Assert.Equal(["unverified", "record_broken"], (await HistoryAsync(product, domain))[..2]);
    }

    [Fact]
    public async Task A_subdomain_may_be_written_only_where_the_domain_says_so_and_is_signed_by_it()
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(Stack.Embedded, dns, sink);
        var domain = await AddAsync(product, """{"domain":"example.com"}""");
        Publish(dns, domain);
        await VerifyAsync(product, domain);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendFromAsync(product, "a@news.example.com")).StatusCode);

        await product.CallAsync("PATCH", Path(domain), product.LiveKey, """{"allow_subdomains":true}""");
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Accepted, (await SendFromAsync(product, "a@news.example.com")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendFromAsync(product, "a@notexample.com")).StatusCode);
        Assert.Contains("d=example.com;", Encoding.UTF8.GetString((await sink.Received(1))[0].Bytes), StringComparison.Ordinal);

        await product.CallAsync("PATCH", Path(domain), product.LiveKey, """{"is_active":false}""");
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendFromAsync(product, "a@example.com")).StatusCode);
    }

    [Fact]
    public async Task Wrong_requests_are_refused_and_leave_nothing()
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(Stack.Embedded, dns, sink);
        foreach (
            var (body, status) in new[]
            {
                ("""{}""", 422),
                ("""{"domain":"localhost"}""", 422),
                ("""{"domain":"a@example.com"}""", 422),
                ("""{"domain":"exa mple.com"}""", 422),
                ("""{"domain":"192.0.2.1"}""", 422),
                ("""{"domain":"example.com","dmarc_rua_email":"nobody"}""", 422),
                ("""{"domain":"example.com","dmarc_polcy":"none"}""", 422),
                ("""{"domain":"example.com","dmarc_policy":"maybe"}""", 400),
                ("""{"domain":"example.test"}""", 400),
                ("""[]""", 400),
            }
        )
            Assert.Equal((body, status), (body, (await product.CallAsync("POST", "/api/admin/domains", product.LiveKey, body)).Status));
        foreach (
            var (method, path) in new[]
            {
                ("GET", ""),
                ("PATCH", ""),
                ("DELETE", ""),
                ("POST", "/verify"),
                ("POST", "/rotate"),
                ("GET", "/events"),
            }
        )
        foreach (var id in new[] { "dom_0199c0de000070008000000000000007", "nonsense" })
            Assert.Equal(404, (await product.CallAsync(method, $"/api/admin/domains/{id}{path}", product.LiveKey)).Status);

        var list = (await product.CallAsync("GET", "/api/admin/domains", product.LiveKey)).Json;
        Assert.Equal("example.test", Text(Assert.Single(list.GetProperty("data").EnumerateArray()), "domain"));
        // DNS has nothing of the seeded one, which is trusted all the same.
        var seeded = list.GetProperty("data")[0];
        Assert.False((await VerifyAsync(product, seeded)).GetProperty("dkim_verified").GetBoolean());
        Assert.True((await GetAsync(product, seeded)).GetProperty("verified").GetBoolean());
    }

    private static Task<Product> StartAsync(Stack stack, DnsResponder dns, SmtpSink sink) =>
        Product.StartAsync(stack, sink.Address, new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address });

    private static async Task<JsonElement> AddAsync(Product product, string body)
    {
        var answer = await product.CallAsync("POST", "/api/admin/domains", product.LiveKey, body);
        Assert.True(answer.Status == 201, answer.Body);
        return answer.Json.GetProperty("data");
    }

    private static async Task<JsonElement> GetAsync(Product product, JsonElement domain) =>
        (await product.CallAsync("GET", Path(domain), product.LiveKey)).Json.GetProperty("data");

    private static async Task<JsonElement> VerifyAsync(Product product, JsonElement domain) =>
        (await product.CallAsync("POST", $"{Path(domain)}/verify", product.LiveKey)).Json;

    private static async Task<string[]> HistoryAsync(Product product, JsonElement domain) =>
        [
            .. (await product.CallAsync("GET", $"{Path(domain)}/events", product.LiveKey))
                .Json.GetProperty("data")
                .EnumerateArray()
                .Select(e => Text(e, "type")),
        ];

    private static Task<JsonElement> WhenAsync(Product product, JsonElement domain, Func<JsonElement, bool> isSo) =>
        Patience.WhenAsync(() => GetAsync(product, domain), isSo);

    private static Task<HttpResponseMessage> SendFromAsync(Product product, string from)
    {
        var request = Some.Request(Some.To("ada@example.org"));
        request["from"] = JsonSerializer.SerializeToNode(new { email = from });
        return product.PostAsync(request);
    }

    private static async Task<string[]> SelectorsOfMailAsync(Product product, SmtpSink sink, int count)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await SendFromAsync(product, "a@example.com")).StatusCode);
        var text = Encoding.UTF8.GetString((await sink.Received(count))[^1].Bytes);
        return
        [
            .. System
                .Text.RegularExpressions.Regex.Matches(text, @"\ss=([a-z0-9-]+);")
                .Select(m => m.Groups[1].Value)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void Publish(DnsResponder dns, JsonElement domain)
    {
        foreach (var (host, value) in Records(domain))
            dns.Forget(host).HasText(host, value);
    }

    private static Dictionary<string, string> Records(JsonElement domain) =>
        domain.GetProperty("dns_records").EnumerateArray().ToDictionary(r => Text(r, "host"), r => Text(r, "value"));

    private static string[] States(JsonElement domain) => [.. domain.GetProperty("keys").EnumerateArray().Select(k => Text(k, "state"))];

    private static string Path(JsonElement domain) => $"/api/admin/domains/{Text(domain, "id")}";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
