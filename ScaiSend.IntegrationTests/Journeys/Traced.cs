using System.Diagnostics;
using System.Net.Http.Json;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>One message's way through all stages is one trace, whose id is the message's.</summary>
public sealed class Traced
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Acceptance_rendering_each_attempt_and_each_webhook_are_one_trace(Stack stack)
    {
        using var spans = new Spans();
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("later@example.org", "451 4.3.0 not now");
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable(("Telemetry:Traces:Ratio", "1")));
        await product.AddWebhookAsync(catcher.Url);

        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Delivered");
        await catcher.Caught(2);
        var trace = await spans.OfWhenAsync(id["msg_".Length..], "webhook", 2);

        Assert.Equal(["accept", "attempt", "render", "webhook", "webhook"], trace.Select(s => s.OperationName).Order());
        Assert.All(trace, span => Assert.Equal(default, span.ParentSpanId));
        Assert.All(trace, span => Assert.True(span.Recorded));
        var attempt = trace.Single(s => s.OperationName == "attempt");
        Assert.Equal("delivered", attempt.GetTagItem("scaisend.outcome"));
        Assert.Equal(250, attempt.GetTagItem("scaisend.reply_code"));
        Assert.Equal(
            ["delivered", "processed"],
            trace.Where(s => s.OperationName == "webhook").Select(s => (string)s.GetTagItem("scaisend.event_types")!).Order()
        );
        Assert.All(trace.SelectMany(s => s.TagObjects), tag => Assert.DoesNotContain("@", $"{tag.Value}"));
        // Receivers are strangers.
        Assert.All(catcher.Posts, post => Assert.DoesNotContain("traceparent", post.Headers.Keys));
        // A POST's trace has the id that its receiver knows, and leads to the message's.
        var posts = catcher.Posts.Select(p => p.Headers["X-ScaiSend-Delivery-Id"]["req_".Length..]).ToList();
        foreach (var post in posts)
        {
            var span = Assert.Single(await spans.OfWhenAsync(post, "webhook post", 1));
            Assert.Contains(Assert.Single(span.Links).Context.SpanId, trace.Select(s => s.SpanId));
        }

        var later = await product.SendAsync(Some.To("later@example.org"));
        await product.EmailInStateAsync(later, "Deferred");
        product.Clock.Advance(TimeSpan.FromHours(1));
        var twice = await spans.OfWhenAsync(later["msg_".Length..], "attempt", 2);
        Assert.All(twice.Where(s => s.OperationName == "attempt"), span => Assert.Equal("deferred", span.GetTagItem("scaisend.outcome")));
    }

    [Fact]
    public async Task Without_a_ratio_nothing_is_traced()
    {
        using var spans = new Spans();
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);

        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Delivered");

        Assert.Empty(spans.Of(id["msg_".Length..]));
    }

    [Fact]
    public async Task A_collector_gets_the_request_and_the_messages_spans_and_no_address()
    {
        await using var sink = SmtpSink.Start();
        await using var collector = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            sink.Address,
            new Dictionary<string, string?>
            {
                ["Telemetry:Traces:Endpoint"] = collector.Url,
                ["Telemetry:Traces:Protocol"] = "http",
                ["Telemetry:Traces:Ratio"] = "1",
            }
        );
        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Delivered");
        using var looked = await product.Http.GetAsync("/v3/suppression/bounces/ada@example.org?email=ada@example.org", Stop);

        // A process that stops sends what it has left.
        await product.StopRolesAsync();

        var bytes = collector.Posts.Where(p => p.Path == "/v1/traces").SelectMany(p => p.Body).ToArray();
        var traceId = Convert.FromHexString(id["msg_".Length..]);
        Assert.True(bytes.AsSpan().IndexOf(traceId) >= 0);
        foreach (var name in new[] { "accept", "render", "attempt", "/v3/mail/send", "/v3/suppression/bounces/{email}" })
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) >= 0, name);
        foreach (var address in new[] { "ada@example.org", "ada%40example.org" })
            Assert.False(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(address)) >= 0, address);
    }
}
