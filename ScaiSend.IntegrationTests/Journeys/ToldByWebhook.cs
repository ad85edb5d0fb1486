using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Processing.Rendering;
using ScaiSend.Processing.Webhooks;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class ToldByWebhook
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Events_are_told_one_by_one_signed_and_logged(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        catcher.AnswerWith(202, "thanks");
        var endpoint = await product.AddWebhookAsync(catcher.Url, secret: "whsec_1"u8.ToArray());

        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Delivered");
        var posts = await catcher.Caught(2);
        var deliveries = await product.DeliveriesWhenAsync(endpoint, all => all.All(d => d.State == WebhookDeliveryState.Delivered));

        Assert.All(posts, post => Assert.True(post.IsSignedWith("whsec_1")));
        Assert.All(posts, post => Assert.Equal(id, post.Json.GetProperty("message_id").GetString()));
        Assert.All(posts, post => Assert.Equal(post.Json.GetProperty("event_id").GetString(), post.Headers["X-ScaiSend-Event-Id"]));
        Assert.Equal(["delivered", "processed"], posts.Select(p => p.Json.GetProperty("event_type").GetString()).Order());
        var delivered = posts.Single(p => p.Json.GetProperty("event_type").GetString() == "delivered").Json.GetProperty("metadata");
        Assert.Equal("127.0.0.1", delivered.GetProperty("mx_ip").GetString());
        Assert.Equal(2, deliveries.Count);
        Assert.All(deliveries, d => Assert.Equal((1, null), (d.Attempts, d.DueAt)));
        var log = await product.PostsAsync(endpoint);
        Assert.Equal(deliveries.Select(d => d.PostId!.Value).Order(), log.Select(p => p.Id).Order());
        Assert.All(log, p => Assert.Equal((202, null, "thanks"), (p.Status, p.Error, System.Text.Encoding.UTF8.GetString(p.Answer!))));
        var stored = await product.StoredAsync(endpoint);
        Assert.Equal((0, product.Clock.GetUtcNow(), null), (stored.FailureCount, stored.LastSuccessAt, stored.DisabledAt));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_failure_is_tried_again_by_the_schedule_over_restarts_until_it_is_final(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        catcher.AnswerWith(500, "not today");
        var endpoint = await product.AddWebhookAsync(catcher.Url, events: "delivered");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");

        var attempt = 0;
        foreach (var seconds in new[] { 60, 300, 900, 3600, 7200 })
        {
            var owed = Assert.Single(await product.DeliveriesWhenAsync(endpoint, all => all.Count == 1 && all[0].Attempts == attempt + 1));
            Assert.Equal((WebhookDeliveryState.Owed, product.Clock.GetUtcNow().AddSeconds(seconds)), (owed.State, owed.DueAt));
            if (++attempt == 2)
            {
                await product.StopRolesAsync();
                await product.StartRolesAsync();
            }
            product.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }
        var failed = Assert.Single(await product.DeliveriesWhenAsync(endpoint, all => all[0].State == WebhookDeliveryState.Failed));

        Assert.Equal((6, null), (failed.Attempts, failed.DueAt));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], catcher.Posts.Select(p => p.Headers["X-ScaiSend-Attempt"]));
        Assert.Single(catcher.Posts.Select(p => p.Headers["X-ScaiSend-Event-Id"]).Distinct());
        Assert.Single(catcher.Posts.Select(p => p.Text).Distinct());
        Assert.Equal(6, (await product.StoredAsync(endpoint)).FailureCount);
        Assert.All(await product.PostsAsync(endpoint), p => Assert.Equal(500, p.Status));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Ten_failures_in_a_row_disable_an_endpoint_and_what_it_is_owed_waits_until_it_is_enabled(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var dead = await WebhookCatcher.StartAsync();
        await using var witness = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        dead.AnswerWith(503);
        var endpoint = await product.AddWebhookAsync(dead.Url, events: "delivered");
        var recipients = Enumerable.Range(0, 10).Select(i => $"u{i}@example.org").ToArray();

        await product.SendAsync(Some.To(recipients));
        var owed = await product.DeliveriesWhenAsync(endpoint, all => all.Count == 10 && all.All(d => d.Attempts == 1));
        var disabled = await product.StoredAsync(endpoint);

        Assert.Equal((10, true), (disabled.FailureCount, disabled.IsEnabled));
        Assert.Equal(product.Clock.GetUtcNow(), disabled.DisabledAt);
        Assert.All(owed, d => Assert.Equal(WebhookDeliveryState.Owed, d.State));

        await product.AddWebhookAsync(witness.Url, events: "delivered");
        product.Clock.Advance(TimeSpan.FromSeconds(61));
        await product.SendAsync(Some.To("later@example.org"));
        await witness.Caught(1);
        Assert.Equal(10, (await product.DeliveriesAsync(endpoint)).Count);
        Assert.Equal(10, dead.Posts.Count);

        dead.AnswerWith(200);
        await EnableAsync(product, endpoint);
        await product.DeliveriesWhenAsync(endpoint, all => all.All(d => d.State == WebhookDeliveryState.Delivered));
        Assert.Equal(0, (await product.StoredAsync(endpoint)).FailureCount);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_a_dead_worker_had_taken_is_told_by_another_when_its_lease_ends(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var taken = await WebhookCatcher.StartAsync();
        await using var free = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        var endpoint = await product.AddWebhookAsync(
            taken.Url,
            change: e =>
            {
                e.LeasedBy = Ids.New(product.Clock);
                e.LeasedUntil = product.Clock.GetUtcNow().AddSeconds(90);
            }
        );
        await product.AddWebhookAsync(free.Url);

        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        var told = await free.CaughtEvents(2);
        Assert.Empty(taken.Posts);
        Assert.All(await product.DeliveriesAsync(endpoint), d => Assert.Equal((WebhookDeliveryState.Owed, 0), (d.State, d.Attempts)));
        product.Clock.Advance(TimeSpan.FromSeconds(91));
        var late = await taken.CaughtEvents(2);

        Assert.Equal(EventIds(told), EventIds(late));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_worker_that_ends_in_a_post_leaves_the_same_event_to_the_next(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        catcher.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var endpoint = await product.AddWebhookAsync(catcher.Url, events: "delivered");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        await catcher.Caught(1);

        await product.StopRolesAsync();
        catcher.AnswerWith(200);
        await product.StartRolesAsync();
        var posts = await catcher.Caught(2);
        await product.DeliveriesWhenAsync(endpoint, all => all.Single().State == WebhookDeliveryState.Delivered);

        Assert.Equal(posts[0].Text, posts[1].Text);
        Assert.Equal(posts[0].Headers["X-ScaiSend-Event-Id"], posts[1].Headers["X-ScaiSend-Event-Id"]);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Receivers_that_hang_do_not_delay_another_tenants(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var hanging = await WebhookCatcher.StartAsync();
        await using var other = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable(("Webhooks:Places", "4")));
        var hangs = 0;
        hanging.Answer = async (context, _) =>
        {
            Interlocked.Increment(ref hangs);
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                Interlocked.Decrement(ref hangs);
            }
        };
        using var neighbour = await product.ClientOfAnotherTenantAsync();
        var tenantId = await OtherTenantAsync(product);
        for (var i = 0; i < 8; i++)
            await product.AddWebhookAsync(hanging.Url, tenantId: tenantId);
        await product.AddWebhookAsync(other.Url);
        using var accepted = await neighbour.PostAsJsonAsync("/v3/mail/send", Some.Request(Some.To("bob@example.org")), Stop);
        Assert.True(accepted.IsSuccessStatusCode);
        await hanging.Caught(1);

        await product.SendAsync(Some.To("ada@example.org"));
        await other.CaughtEvents(2);

        Assert.True(Volatile.Read(ref hangs) > 0, "nothing hung while the other tenant was told");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_is_owed_for_events_or_to_endpoints_that_are_gone_is_removed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        var endpoint = await product.AddWebhookAsync(catcher.Url);
        var gone = new WebhookEndpoint
        {
            Id = Ids.New(product.Clock),
            TenantId = endpoint.TenantId,
            Url = "",
            Events = "",
        };
        await using (var db = product.Services.GetRequiredService<MailDatabase>().For(endpoint.TenantId))
        {
            db.WebhookDeliveries.AddRange(Owed(endpoint, product.Clock.GetUtcNow()), Owed(gone, product.Clock.GetUtcNow()));
            await db.SaveChangesAsync(Stop);
        }

        await product.DeliveriesWhenAsync(endpoint, all => all.Count == 0);
        // The product looks for these every ten minutes.
        var owed = new OwedEvents(product.Services.GetRequiredService<MailDatabase>(), new RenderingOptions(), product.Clock);
        await owed.RemoveLostAsync(Stop);

        Assert.Empty(await product.DeliveriesAsync(gone));
        Assert.Empty(catcher.Posts);
    }

    private static WebhookDelivery Owed(WebhookEndpoint endpoint, DateTimeOffset dueAt) =>
        new()
        {
            EndpointId = endpoint.Id,
            TenantId = endpoint.TenantId,
            Lane = 31,
            Position = 1_000_000,
            State = WebhookDeliveryState.Owed,
            DueAt = dueAt,
        };

    private static IEnumerable<string> EventIds(IEnumerable<JsonElement> events) =>
        events.Select(e => e.GetProperty("event_id").GetString()!).Order();

    private static async Task<Guid> OtherTenantAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return (await db.Tenants.IgnoreQueryFilters().SingleAsync(t => t.Slug.StartsWith("other-"), Stop)).Id;
    }

    private static async Task EnableAsync(Product product, WebhookEndpoint endpoint)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(endpoint.TenantId);
        await db
            .WebhookEndpoints.Where(e => e.Id == endpoint.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.DisabledAt, (DateTimeOffset?)null).SetProperty(e => e.FailureCount, 0), Stop);
        await WebhookRevision.CountUpAsync(db, Stop);
    }
}
