using System.Net;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What Prometheus reads of a running product. By itself, because other products of this process tell the same meter.</summary>
[Collection(nameof(Alone))]
public sealed class Measured
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_moves_the_counters_of_every_stage(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        await product.AddWebhookAsync(catcher.Url);

        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Bounced");
        await catcher.Caught(4);
        var metrics = await product.MetricsWhenAsync(m => m.Sum("scaisend_webhooks_events_total") >= 4);

        Assert.Equal(2, metrics.Sum("scaisend_emails_accepted_total"));
        Assert.Equal(1, metrics.Sum("scaisend_emails_ended_total", ("state", "delivered"), ("provider", "other")));
        Assert.Equal(1, metrics.Sum("scaisend_emails_ended_total", ("state", "bounced")));
        Assert.Equal(1, metrics.Sum("scaisend_attempts_total", ("outcome", "delivered")));
        Assert.Equal(1, metrics.Sum("scaisend_attempts_total", ("outcome", "bounce")));
        Assert.Equal(2, metrics.Sum("scaisend_events_total", ("type", "processed")));
        Assert.Equal(1, metrics.Sum("scaisend_events_total", ("type", "bounce")));
        Assert.Equal(2, metrics.Sum("scaisend_accept_duration_seconds_count"));
        Assert.Equal(2, metrics.Sum("scaisend_render_duration_seconds_count", ("outcome", "rendered")));
        Assert.Equal(1, metrics.Sum("scaisend_delivery_duration_seconds_count"));
        Assert.Equal(2, metrics.Sum("scaisend_commit_size_sum", ("of", "accept")));
        Assert.Equal(2, metrics.Sum("scaisend_hints_published_total", ("stage", "render")));
        Assert.Equal(metrics.Sum("scaisend_webhooks_posts_total"), metrics.Sum("scaisend_webhooks_posts_total", ("outcome", "success")));
    }

    [Fact]
    public async Task No_label_names_a_tenant_an_address_or_a_domain_of_a_recipient_unless_the_operator_asks()
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        var tenant = Contracts.Ids.Show(Contracts.Ids.Tenant, await product.TenantIdAsync());
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        var metrics = await product.MetricsWhenAsync(m => m.Has("scaisend_queue_emails"));
        foreach (var value in metrics.Samples.SelectMany(s => s.Labels.Values))
            Assert.DoesNotContain(value, (string[])[tenant, "ada@example.org", "example.org", "example.test", sink.Address]);

        await product.StopRolesAsync();
        product.Settings["Telemetry:Metrics:Tenants"] = tenant;
        await product.StartRolesAsync();
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        metrics = await product.MetricsWhenAsync(m => m.Sum("scaisend_emails_ended_total") >= 1);

        Assert.Equal(1, metrics.Sum("scaisend_emails_accepted_total", ("tenant", tenant)));
        Assert.Equal(1, metrics.Sum("scaisend_emails_ended_total", ("tenant", tenant)));
    }

    [Fact]
    public async Task A_role_without_requests_answers_on_a_port_of_its_own_and_nothing_else_there()
    {
        var port = Ports.Free();
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?> { ["Telemetry:Metrics:Listen"] = $"127.0.0.1:{port}" },
            roles: Role.Worker
        );
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Exposition.Parse(await http.GetStringAsync("/metrics", Stop));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/health", Stop)).StatusCode);
    }

    [Fact]
    public async Task With_a_port_of_its_own_the_port_of_the_api_has_no_metrics_and_it_has_no_api()
    {
        var port = Ports.Free();
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?> { ["Telemetry:Metrics:Listen"] = $"127.0.0.1:{port}" },
            roles: Role.Serve
        );
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Exposition.Parse(await http.GetStringAsync("/metrics", Stop));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/health", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await product.Http.GetAsync("/metrics", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await product.Http.GetAsync("/health", Stop)).StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Real-IP", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Through_a_proxy_there_are_no_metrics(string header, string value)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { header, value } } };

        using var answer = await product.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await product.Http.GetAsync("/metrics", Stop)).StatusCode);
    }
}
