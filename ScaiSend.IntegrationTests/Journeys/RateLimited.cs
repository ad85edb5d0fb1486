using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.RateLimits;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class RateLimited
{
    private static readonly Dictionary<string, string?> Few = new()
    {
        ["RateLimits:MailSendPerSecond"] = "3",
        ["RateLimits:MessagesPerSecond"] = "3",
        ["RateLimits:ApiKeysPerMinute"] = "3",
        ["RateLimits:OthersPerSecond"] = "5",
        // A busy machine is no outage.
        ["RateLimits:RedisTimeout"] = "00:00:10",
    };

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_limit_counts_every_request_says_so_and_ends_with_its_window(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1", Few);
        ToBeginOfMinute(product);
        var end = product.Clock.GetUtcNow().AddSeconds(1).ToUnixTimeSeconds();

        foreach (var remaining in new[] { 2, 1, 0 })
            Stands(await product.CallAsync("GET", "/v3/messages", product.LiveKey), 200, 3, remaining, end);
        var refused = await product.CallAsync("GET", "/v3/messages", product.LiveKey);
        Stands(refused, 429, 3, 0, end);
        Assert.Equal(("1", """{"detail":"Rate limit exceeded"}"""), (refused.Headers["Retry-After"], refused.Body));
        // Per credential, and other endpoints count elsewhere.
        Stands(await product.CallAsync("GET", "/v3/messages", product.TestKey), 200, 3, 2, end);
        Stands(await product.CallAsync("GET", "/v3/scopes", product.LiveKey), 200, 5, 4, end);

        product.Clock.Advance(TimeSpan.FromSeconds(1));
        Stands(await product.CallAsync("GET", "/v3/messages", product.LiveKey), 200, 3, 2, end + 1);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Sending_and_creating_keys_are_limited_per_tenant_and_refused_in_the_familys_envelope(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1", Few);
        ToBeginOfMinute(product);
        product.Clock.Advance(TimeSpan.FromSeconds(12.5));
        var end = product.Clock.GetUtcNow().AddSeconds(0.5).ToUnixTimeSeconds();
        const string tooMany = """{"errors":[{"message":"too many requests","field":null,"help":null}]}""";

        // A refused request counts too, and the tenant's keys count together, in both dialects.
        Stands(await product.CallAsync("POST", "/v3/mail/send", product.LiveKey, "{}"), 400, 3, 2, end);
        Stands(await product.CallAsync("POST", "/v3/mail/send", product.TestKey, "{}"), 400, 3, 1, end);
        Stands(await product.CallAsync("POST", "/sendgrid/v3/mail/send", product.TestKey, "{}"), 400, 3, 0, end);
        foreach (var prefix in new[] { "", "/sendgrid" })
        {
            var refused = await product.CallAsync("POST", prefix + "/v3/mail/send", product.LiveKey, "{}");
            Stands(refused, 429, 3, 0, end);
            Assert.Equal((tooMany, "1"), (refused.Body, refused.Headers["Retry-After"]));
        }

        for (var i = 0; i < 3; i++)
            Assert.Equal(201, (await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"x"}""")).Status);
        var fourth = await product.CallAsync("POST", "/sendgrid/v3/api_keys", product.LiveKey, """{"name":"x"}""");
        Stands(fourth, 429, 3, 0, end + 47);
        Assert.Equal((tooMany, "48"), (fourth.Body, fourth.Headers["Retry-After"]));
    }

    [Fact]
    public async Task A_key_without_the_scope_uses_up_nothing_but_its_own()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1", Few);
        var weak = await product.AddKeyAsync(await product.TenantIdAsync(), ["stats.read"]);

        for (var i = 4; i >= 0; i--)
        {
            var answer = await product.CallAsync("POST", "/v3/mail/send", weak, "{}");
            Assert.Equal((403, $"{i}"), (answer.Status, answer.Headers["X-RateLimit-Remaining"]));
        }
        Assert.Equal(429, (await product.CallAsync("POST", "/v3/mail/send", weak, "{}")).Status);
        Assert.Equal("2", (await product.CallAsync("POST", "/v3/mail/send", product.LiveKey, "{}")).Headers["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Without_a_known_key_nothing_is_counted()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1", Few);

        for (var i = 0; i < 10; i++)
        {
            var answer = await product.CallAsync("GET", "/v3/messages", "sg_live_00000000000000000000000000000000");
            Assert.Equal(401, answer.Status);
            Assert.DoesNotContain("X-RateLimit-Limit", answer.Headers.Keys);
        }
    }

    [Fact]
    public async Task A_tenant_may_have_numbers_of_its_own()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1", Few);
        var tenant = Ids.Show(Ids.Tenant, await product.TenantIdAsync());
        var other = await product.AddKeyAsync(await product.AddTenantAsync(), Api.Authentication.Scopes.All);
        await product.StopRolesAsync();
        product.Settings[$"RateLimits:Tenants:{tenant}:MessagesPerSecond"] = "7";
        await product.StartRolesAsync();

        Assert.Equal("7", (await product.CallAsync("GET", "/v3/messages", product.LiveKey)).Headers["X-RateLimit-Limit"]);
        Assert.Equal("3", (await product.CallAsync("GET", "/v3/messages", other)).Headers["X-RateLimit-Limit"]);
        Assert.Equal("5", (await product.CallAsync("GET", "/v3/scopes", product.LiveKey)).Headers["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Two_nodes_share_one_count()
    {
        await using var product = await Product.StartAsync(Stack.MariaDb, "127.0.0.1:1", Few);
        using var other = await product.ServeAlsoAsync();

        Assert.Equal("2", (await product.CallAsync("GET", "/v3/messages", product.LiveKey)).Headers["X-RateLimit-Remaining"]);
        Assert.Equal("1", (await other.CallAsync("GET", "/v3/messages", product.LiveKey)).Headers["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await product.CallAsync("GET", "/v3/messages", product.LiveKey)).Headers["X-RateLimit-Remaining"]);
        Assert.Equal(429, (await other.CallAsync("GET", "/v3/messages", product.LiveKey)).Status);
        Assert.Equal(429, (await product.CallAsync("GET", "/v3/messages", product.LiveKey)).Status);
    }

    [Fact]
    public async Task While_Redis_is_gone_each_node_counts_alone_and_says_so_until_it_is_back()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var product = await Product.StartAsync(
            Stack.MariaDb,
            "127.0.0.1:1",
            new Dictionary<string, string?>(Few) { ["Redis:Url"] = redis.Address }
        );
        Assert.Equal("2", await RemainingAsync(product));
        Assert.Equal(("up", 0), (await RedisAsync(product), IsDown(product)));

        await redis.StopAsync();
        // The window goes on from what is known, and the next one begins anew.
        Assert.Equal("1", await RemainingAsync(product));
        Assert.Equal("0", await RemainingAsync(product));
        Assert.Equal(429, (await product.CallAsync("GET", "/v3/messages", product.LiveKey)).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", await RemainingAsync(product));
        Assert.Equal(("down", 1), (await RedisAsync(product), IsDown(product)));

        await redis.StartAgainAsync();
        for (var patience = 0; IsDown(product) == 1; patience++)
        {
            Assert.True(patience < 400, "Redis counts not again");
            await Task.Delay(50, TestContext.Current.CancellationToken);
            product.Clock.Advance(RedisOutage.AskAgainAfter);
            Assert.Equal(200, (await product.CallAsync("GET", "/v3/scopes", product.LiveKey)).Status);
        }
        Assert.Equal("up", await RedisAsync(product));
        using var other = await product.ServeAlsoAsync();
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", await RemainingAsync(product));
        Assert.Equal("1", (await other.CallAsync("GET", "/v3/messages", product.LiveKey)).Headers["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task A_Redis_that_hangs_holds_up_no_request_for_long()
    {
        await using var redis = await OwnRedis.StartAsync();
        var settings = new Dictionary<string, string?>(Few) { ["Redis:Url"] = redis.Address, ["RateLimits:RedisTimeout"] = "00:00:00.050" };
        await using var product = await Product.StartAsync(Stack.MariaDb, "127.0.0.1:1", settings);

        await redis.FreezeAsync();
        var patience = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            product.Clock.Advance(TimeSpan.FromMilliseconds(500));
            Assert.Equal(200, (await product.CallAsync("GET", "/v3/messages", product.LiveKey)).Status);
        }
        var took = patience.Elapsed;
        await redis.ThawAsync();

        // 10 seconds of the test's clock have passed: at most 11 questions of 50 ms, where a client's own timeout would be 5 s each.
        Assert.True(took < TimeSpan.FromSeconds(10), $"20 requests took {took}");
        Assert.Equal(1, IsDown(product));
    }

    private static async Task<string> RemainingAsync(Product product)
    {
        var answer = await product.CallAsync("GET", "/v3/messages", product.LiveKey);
        Assert.Equal(200, answer.Status);
        return answer.Headers["X-RateLimit-Remaining"];
    }

    private static async Task<string?> RedisAsync(Product product)
    {
        var ready = await product.CallAsync("GET", "/ready", null);
        Assert.Equal(200, ready.Status);
        return ready.Json.GetProperty("dependencies").GetProperty("redis").GetString();
    }

    private static int IsDown(Product product)
    {
        var value = -1;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (
                instrument.Meter.Scope == product.Services.GetRequiredService<IMeterFactory>()
                && instrument is { Meter.Name: "ScaiSend", Name: "scaisend.rate_limits.redis_down" }
            )
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, measured, _, _) => value = measured);
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }

    private static void ToBeginOfMinute(Product product)
    {
        var now = product.Clock.GetUtcNow();
        product.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute));
    }

    private static void Stands(CallAnswer answer, int status, int limit, int remaining, long end) =>
        Assert.Equal(
            (status, $"{limit}", $"{remaining}", end.ToString(CultureInfo.InvariantCulture)),
            (
                answer.Status,
                answer.Headers["X-RateLimit-Limit"],
                answer.Headers["X-RateLimit-Remaining"],
                answer.Headers["X-RateLimit-Reset"]
            )
        );
}
