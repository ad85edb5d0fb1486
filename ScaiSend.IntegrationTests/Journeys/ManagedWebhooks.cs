using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class ManagedWebhooks
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_webhook_is_created_told_changed_and_deleted(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Reachable());

        // A moment between two that a row can keep.
        product.Clock.Advance(TimeSpan.FromTicks(1234));
        var created = await CreateAsync(product, catcher.Url, """["processed","delivered"]""");
        Assert.Equal(["id", "url", "enabled_events", "signing_secret", "enabled", "created_at"], Names(created.Json));
        Assert.Matches("^wh_[0-9a-f]{32}$", created.Text("id"));
        Assert.Matches("^whsec_[A-Za-z0-9]{40}$", created.Text("signing_secret"));
        var (path, secret) = ($"/v3/user/webhooks/{created.Text("id")}", created.Text("signing_secret"));

        var message = await product.SendAsync(Some.To("ada@example.org"));
        var posts = await catcher.Caught(2);
        Assert.All(posts, post => Assert.True(post.IsSignedWith(secret)));
        Assert.All(
            posts,
            post =>
                Assert.True(
                    DocumentedReceiver.IsGenuine(secret, post.Headers["X-ScaiSend-Signature"], post.Body, product.Clock.GetUtcNow())
                )
        );
        Assert.Equal(["delivered", "processed"], catcher.Events.Select(e => e.GetProperty("event_type").GetString()).Order());
        Assert.All(catcher.Events, e => Assert.Equal(message, e.GetProperty("message_id").GetString()));

        var read = await WhenAsync(product, path, it => it.Json.GetProperty("last_success_at").ValueKind == JsonValueKind.String);
        Assert.DoesNotContain(secret, read.Body, StringComparison.Ordinal);
        Assert.Equal(created.Text("created_at"), read.Text("created_at"));
        Assert.Equal(0, read.Json.GetProperty("failure_count").GetInt32());
        var list = await product.CallAsync("GET", "/v3/user/webhooks", product.LiveKey);
        Assert.Equal((1, read.Body), (list.Json.GetProperty("total").GetInt32(), list.Json.GetProperty("webhooks")[0].GetRawText()));

        // Only what it wants from now on.
        var changed = await product.CallAsync("PATCH", path, product.LiveKey, """{"enabled_events":["bounce"]}""");
        Assert.Equal((200, "[\"bounce\"]"), (changed.Status, changed.Json.GetProperty("enabled_events").GetRawText()));
        await product.EmailInStateAsync(await product.SendAsync(Some.To("grace@example.org")), "Delivered");
        Assert.Equal(204, (await product.CallAsync("DELETE", path, product.LiveKey)).Status);
        Assert.Equal(404, (await product.CallAsync("GET", path, product.LiveKey)).Status);
        Assert.Equal(2, catcher.Posts.Count);
        Assert.Equal((0, 0), await RowsAsync(product));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_rotated_secret_and_the_one_before_both_sign_while_they_overlap(Stack stack)
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: Reachable(), roles: Cli.Roles.Role.Serve);
        var created = await CreateAsync(product, catcher.Url);
        var (path, first) = ($"/v3/user/webhooks/{created.Text("id")}", created.Text("signing_secret"));

        var rotated = await product.CallAsync("POST", path + "/signing_secret", product.LiveKey, """{"overlap_seconds":60}""");
        var second = rotated.Text("signing_secret");
        Assert.Equal(product.Clock.GetUtcNow().AddSeconds(60), rotated.Json.GetProperty("previous_valid_until").GetDateTimeOffset());
        var post = await TestAsync();
        Assert.Equal((true, true), (post.IsSignedWith(first), post.IsSignedWith(second)));
        Assert.True(DocumentedReceiver.IsGenuine(first, post.Headers["X-ScaiSend-Signature"], post.Body, product.Clock.GetUtcNow()));

        product.Clock.Advance(TimeSpan.FromSeconds(60));
        post = await TestAsync();
        Assert.Equal((false, true), (post.IsSignedWith(first), post.IsSignedWith(second)));

        // A slip of the pen ends nothing.
        Assert.Equal(422, (await product.CallAsync("POST", path + "/signing_secret", product.LiveKey, """{"overlap":60}""")).Status);
        Assert.True((await TestAsync()).IsSignedWith(second));

        // Without a word about it, the old one is worth nothing at once.
        rotated = await product.CallAsync("POST", path + "/signing_secret", product.LiveKey);
        Assert.Equal(JsonValueKind.Null, rotated.Json.GetProperty("previous_valid_until").ValueKind);
        post = await TestAsync();
        Assert.Equal((false, true), (post.IsSignedWith(second), post.IsSignedWith(rotated.Text("signing_secret"))));

        async Task<CaughtPost> TestAsync()
        {
            var tested = await product.CallAsync("POST", path + "/test", product.LiveKey, """{"event_type":"click"}""");
            Assert.Equal((200, true), (tested.Status, tested.Json.GetProperty("delivered").GetBoolean()));
            var caught = catcher.Posts[^1];
            Assert.Equal(tested.Text("request_id"), caught.Headers["X-ScaiSend-Delivery-Id"]);
            Assert.Equal(tested.Text("event_id"), caught.Json.GetProperty("event_id").GetString());
            Assert.Equal("click", caught.Json.GetProperty("event_type").GetString());
            return caught;
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_failed_is_in_the_log_and_is_told_when_it_is_replayed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Reachable(("Webhooks:Retry:Schedule", "00:01:00")));
        catcher.AnswerWith(500, "We are closed");
        var begin = product.Clock.GetUtcNow();
        var created = await CreateAsync(product, catcher.Url, """["delivered"]""");
        var path = $"/v3/user/webhooks/{created.Text("id")}";
        var message = await product.SendAsync(Some.To("ada@example.org"));
        await catcher.Caught(1);
        var owed = await DeliveriesAsync(product, message, it => it.GetProperty("attempts").GetInt32() == 1);
        Assert.Equal("owed", owed.GetProperty("state").GetString());

        product.Clock.Advance(TimeSpan.FromMinutes(2));
        await catcher.Caught(2);
        var failed = await DeliveriesAsync(product, message, it => it.GetProperty("state").GetString() == "failed");
        var log = await product.CallAsync("GET", path + "/deliveries?failed=true", product.LiveKey);
        var newest = log.Json.GetProperty("deliveries")[0];
        Assert.Equal(failed.GetProperty("request_id").GetString(), newest.GetProperty("request_id").GetString());
        Assert.Equal(
            (500, 2, "We are closed"),
            (newest.GetProperty("status").GetInt32(), newest.GetProperty("attempt").GetInt32(), newest.GetProperty("answer").GetString())
        );
        Assert.Equal(catcher.Posts[1].Headers["X-ScaiSend-Delivery-Id"], newest.GetProperty("request_id").GetString());

        catcher.AnswerWith(200, "Thanks");
        var eventId = failed.GetProperty("event_id").GetString();
        string[] replays =
        [
            $$"""{"event_ids":["{{eventId}}"]}""",
            $$"""{"message_id":"{{message}}"}""",
            $$"""{"message_id":"{{message}}","event_types":["delivered"]}""",
            $$"""{"start_time":"{{begin:O}}","end_time":"{{product.Clock.GetUtcNow().AddSeconds(1):O}}"}""",
        ];
        var told = 2;
        foreach (var replay in replays)
        {
            var answer = await product.CallAsync("POST", path + "/replay", product.LiveKey, replay);
            Assert.Equal((202, """{"replayed":1}"""), (answer.Status, answer.Body));
            var posts = await catcher.Caught(++told);
            Assert.Equal(catcher.Posts[0].Body, posts[^1].Body);
            Assert.Equal("1", posts[^1].Headers["X-ScaiSend-Attempt"]);
            await DeliveriesAsync(product, message, it => it.GetProperty("state").GetString() == "delivered");
        }
        // An event that it does not want, when it is asked for by name.
        var processed = $$"""{"message_id":"{{message}}","event_types":["processed"]}""";
        Assert.Equal("""{"replayed":1}""", (await product.CallAsync("POST", path + "/replay", product.LiveKey, processed)).Body);
        await catcher.Caught(++told);
        Assert.Equal("processed", catcher.Events[^1].GetProperty("event_type").GetString());
        await WalksTheLogAsync(product, path, told);
    }

    private static async Task WalksTheLogAsync(Product product, string path, int posts)
    {
        var (ids, cursor) = (new List<string>(), "");
        for (var pages = 0; pages <= posts; pages++)
        {
            var page = await product.CallAsync("GET", $"{path}/deliveries?limit=2{cursor}", product.LiveKey);
            ids.AddRange(page.Json.GetProperty("deliveries").EnumerateArray().Select(it => it.GetProperty("request_id").GetString()!));
            if (page.Json.GetProperty("next_cursor").GetString() is not { } next)
                break;
            cursor = $"&cursor={next}";
        }
        Assert.Equal(posts, ids.Count);
        Assert.Equal(ids.Distinct().OrderDescending(StringComparer.Ordinal), ids);
        Assert.Equal(422, (await product.CallAsync("GET", $"{path}/deliveries?cursor=7", product.LiveKey)).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Enabling_a_webhook_forgives_its_failures(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, settings: Reachable(), roles: Cli.Roles.Role.Serve);
        var created = await CreateAsync(product, "http://127.0.0.1:1/");
        var path = $"/v3/user/webhooks/{created.Text("id")}";
        await DisableAsync(product, created.Text("id"));

        var disabled = await product.CallAsync("GET", path, product.LiveKey);
        Assert.Equal(
            (true, 10),
            (disabled.Json.GetProperty("enabled").GetBoolean(), disabled.Json.GetProperty("failure_count").GetInt32())
        );
        Assert.Equal(JsonValueKind.String, disabled.Json.GetProperty("disabled_at").ValueKind);
        Assert.Equal((0, 1), (await CountAsync("is_active=true"), await CountAsync("is_active=false")));
        var replay = await product.CallAsync("POST", path + "/replay", product.LiveKey, """{"start_time":"2020-01-01T00:00:00Z"}""");
        Assert.Equal((409, $$"""{"detail":"Webhook {{created.Text("id")}} is disabled; enable it first"}"""), (replay.Status, replay.Body));
        // Another change does not.
        await product.CallAsync("PATCH", path, product.LiveKey, """{"url":"http://127.0.0.1:1/other"}""");
        Assert.Equal(0, await CountAsync("is_active=true"));

        var enabled = await product.CallAsync("PATCH", path, product.LiveKey, """{"enabled":true}""");
        Assert.Equal(
            (JsonValueKind.Null, 0),
            (enabled.Json.GetProperty("disabled_at").ValueKind, enabled.Json.GetProperty("failure_count").GetInt32())
        );
        Assert.Equal((1, 0), (await CountAsync("is_active=true"), await CountAsync("is_active=false")));
        await product.CallAsync("PATCH", path, product.LiveKey, """{"enabled":false}""");
        Assert.Equal(0, await CountAsync("is_active=true"));

        async Task<int> CountAsync(string query) =>
            (await product.CallAsync("GET", $"/v3/user/webhooks?{query}", product.LiveKey)).Json.GetProperty("total").GetInt32();
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_tenant_has_at_most_50_webhooks_of_a_kind_however_many_ask_at_once(Stack stack)
    {
        await using var product = await Product.StartAsync(
            stack,
            settings: Reachable(("RateLimits:WebhooksPerMinute", "1000")),
            roles: Cli.Roles.Role.Serve
        );

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 56)
                .Select(_ =>
                    product.CallAsync(
                        "POST",
                        "/v3/user/webhooks",
                        product.LiveKey,
                        """{"url":"http://127.0.0.1:1/","enabled_events":["*"]}"""
                    )
                )
        );
        Assert.Equal(StoredWebhooks.Most, answers.Count(a => a.Status == 201));
        Assert.All(
            answers.Where(a => a.Status != 201),
            a => Assert.Equal((400, """{"detail":"Cannot create more than 50 webhooks"}"""), (a.Status, a.Body))
        );
        // SendGrid's kind is counted by itself.
        Assert.Equal(
            201,
            (
                await product.CallAsync("POST", "/v3/user/webhooks/event/settings", product.LiveKey, """{"url":"http://127.0.0.1:1/"}""")
            ).Status
        );
        var second = await product.CallAsync("GET", "/v3/user/webhooks?page=2&page_size=30", product.LiveKey);
        Assert.Equal((20, 50), (second.Json.GetProperty("webhooks").GetArrayLength(), second.Json.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task The_eleventh_creation_in_a_minute_waits()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Reachable(), roles: Cli.Roles.Role.Serve);
        for (var i = 0; i < 10; i++)
            await CreateAsync(product, "http://127.0.0.1:1/");

        var late = await product.CallAsync(
            "POST",
            "/v3/user/webhooks",
            product.LiveKey,
            """{"url":"http://127.0.0.1:1/","enabled_events":["*"]}"""
        );

        Assert.Equal((429, """{"detail":"Rate limit exceeded"}"""), (late.Status, late.Body));
        Assert.Equal("10", late.Headers["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task A_test_says_what_went_wrong_and_counts_as_no_failure()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Reachable(), roles: Cli.Roles.Role.Serve);
        var path = $"/v3/user/webhooks/{(await CreateAsync(product, "http://127.0.0.1:1/")).Text("id")}";

        var test = await product.CallAsync("POST", path + "/test", product.LiveKey);

        Assert.Equal(200, test.Status);
        Assert.False(test.Json.GetProperty("delivered").GetBoolean());
        Assert.Equal((JsonValueKind.Null, "The connection was refused"), (test.Json.GetProperty("status").ValueKind, test.Text("error")));
        Assert.Equal(0, (await product.CallAsync("GET", path, product.LiveKey)).Json.GetProperty("failure_count").GetInt32());
        var logged = (await product.CallAsync("GET", path + "/deliveries", product.LiveKey)).Json.GetProperty("deliveries")[0];
        Assert.Equal(test.Text("request_id"), logged.GetProperty("request_id").GetString());
        Assert.True(logged.GetProperty("test").GetBoolean());
        Assert.Equal(422, (await product.CallAsync("POST", path + "/test", product.LiveKey, """{"event_type":"sent"}""")).Status);
    }

    [Fact]
    public async Task Failures_are_found_among_many_posts_page_by_page()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Reachable(), roles: Cli.Roles.Role.Serve);
        var created = await CreateAsync(product, "http://127.0.0.1:1/");
        var path = $"/v3/user/webhooks/{created.Text("id")}/deliveries?failed=true&limit=2";
        // The only failures are the oldest, further away than one part looks.
        const int posts = 2 * PostLog.MaxWalk + 10;
        await AddPostsAsync(product, created.Text("id"), posts, failures: 3);

        var (found, pages, cursor) = (0, 0, "");
        while (cursor is not null)
        {
            var page = await product.CallAsync("GET", path + cursor, product.LiveKey);
            found += page.Json.GetProperty("deliveries").GetArrayLength();
            pages++;
            cursor = page.Json.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
            Assert.True(pages < 10);
        }
        Assert.Equal((3, 4), (found, pages));

        // And all of it goes with the webhook.
        Assert.Equal(204, (await product.CallAsync("DELETE", $"/v3/user/webhooks/{created.Text("id")}", product.LiveKey)).Status);
        Assert.Equal((0, 0), await RowsAsync(product));
    }

    [Fact]
    public async Task Replaying_very_many_events_is_refused_and_changes_nothing()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Reachable(), roles: Cli.Roles.Role.Serve);
        var created = await CreateAsync(product, "http://127.0.0.1:1/", """["open"]""");
        var tenantId = await product.TenantIdAsync();
        await using (var db = Database(product).ForPlatform())
        {
            db.Events.AddRange(
                Enumerable
                    .Range(1, ReplayEvents.Most + 1)
                    .Select(i => new Platform.Storage.Emails.EmailEvent
                    {
                        EmailId = Ids.New(product.Clock),
                        Number = 1,
                        TenantId = tenantId,
                        Type = EventTypes.Open,
                        At = product.Clock.GetUtcNow().AddMilliseconds(-i),
                        Lane = 5,
                        Position = ReplayEvents.Most + 2 - i,
                    })
            );
            await db.SaveChangesAsync(Stop);
        }
        var path = $"/v3/user/webhooks/{created.Text("id")}/replay";

        var refused = await product.CallAsync("POST", path, product.LiveKey, """{"start_time":"2020-01-01T00:00:00Z"}""");
        Assert.Equal(400, refused.Status);
        Assert.Contains("More than 100000 events", refused.Body, StringComparison.Ordinal);
        Assert.Equal((0, 0), await RowsAsync(product));
        var shorter = $$"""{"start_time":"{{product.Clock.GetUtcNow().AddMilliseconds(-2500):O}}"}""";
        var replayed = await product.CallAsync("POST", path, product.LiveKey, shorter);
        Assert.Equal((202, """{"replayed":2500}"""), (replayed.Status, replayed.Body));
        Assert.Equal((2500, 0), await RowsAsync(product));
    }

    private static Dictionary<string, string?> Reachable(params (string Name, string Value)[] also) => Support.Webhooks.Reachable(also);

    private static async Task<CallAnswer> CreateAsync(Product product, string url, string events = """["*"]""")
    {
        var body = $$"""{"url":"{{url}}","enabled_events":{{events}}}""";
        var created = await product.CallAsync("POST", "/v3/user/webhooks", product.LiveKey, body);
        Assert.True(created.Status == 201, created.Body);
        return created;
    }

    private static Task<CallAnswer> WhenAsync(Product product, string path, Func<CallAnswer, bool> isSo) =>
        Patience.WhenAsync(() => product.CallAsync("GET", path, product.LiveKey), answer => answer.Status == 200 && isSo(answer));

    // The only delivery of the message's event that the webhook wanted.
    private static async Task<JsonElement> DeliveriesAsync(Product product, string message, Func<JsonElement, bool> isSo)
    {
        var answer = await WhenAsync(
            product,
            $"/v3/user/webhooks/deliveries/{message}",
            it => it.Json.GetProperty("deliveries") is var all && all.GetArrayLength() == 1 && isSo(all[0])
        );
        var delivery = answer.Json.GetProperty("deliveries")[0];
        var one = await product.CallAsync(
            "GET",
            $"/v3/user/webhooks/deliveries/{delivery.GetProperty("event_id").GetString()}",
            product.LiveKey
        );
        Assert.Equal(1, one.Json.GetProperty("deliveries").GetArrayLength());
        return delivery;
    }

    private static async Task DisableAsync(Product product, string id)
    {
        Assert.True(Ids.TryRead(Ids.Webhook, id, out var webhookId));
        DateTimeOffset? now = product.Clock.GetUtcNow();
        await using var db = Database(product).ForPlatform();
        await db
            .WebhookEndpoints.IgnoreQueryFilters()
            .Where(w => w.Id == webhookId)
            .ExecuteUpdateAsync(set => set.SetProperty(w => w.DisabledAt, now).SetProperty(w => w.FailureCount, 10), Stop);
    }

    private static async Task AddPostsAsync(Product product, string id, int posts, int failures)
    {
        Assert.True(Ids.TryRead(Ids.Webhook, id, out var webhookId));
        var (tenantId, now) = (await product.TenantIdAsync(), product.Clock.GetUtcNow());
        await using var db = Database(product).ForPlatform();
        db.WebhookPosts.AddRange(
            Enumerable
                .Range(0, posts)
                .Select(i => new WebhookPost
                {
                    Id = Guid.CreateVersion7(now.AddMilliseconds(i)),
                    EndpointId = webhookId,
                    TenantId = tenantId,
                    At = now,
                    Status = i < failures ? 500 : 204,
                    Events = 1,
                    Attempt = 1,
                })
        );
        await db.SaveChangesAsync(Stop);
    }

    private static async Task<(int Deliveries, int Posts)> RowsAsync(Product product)
    {
        await using var db = Database(product).ForPlatform();
        return (
            await db.WebhookDeliveries.IgnoreQueryFilters().CountAsync(Stop),
            await db.WebhookPosts.IgnoreQueryFilters().CountAsync(Stop)
        );
    }

    private static MailDatabase Database(Product product) => product.Services.GetRequiredService<MailDatabase>();

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
