using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>The life of mail is played: everything happens as in reality, and nothing leaves or counts.</summary>
public sealed class Simulated
{
    private const string Header = "X-ScaiSend-Simulate";

    private static readonly (string Scenario, string[] Events)[] Lives =
    [
        ("delivered", ["processed", "delivered"]),
        ("deferred", ["processed", "deferred", "delivered"]),
        ("bounce", ["processed", "bounce"]),
        ("soft_bounce", ["processed", "bounce"]),
        ("blocked", ["processed", "blocked"]),
        ("complaint", ["processed", "delivered", "spam_report"]),
        ("open", ["processed", "delivered", "open"]),
        ("click", ["processed", "delivered", "open", "click"]),
        ("unsubscribe", ["processed", "delivered", "unsubscribe"]),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_scenario_is_played_and_told_while_real_mail_beside_it_leaves(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var dns = DnsResponder.Start().HasMx("example.org", 10, "mx.example.org").HasAddress("mx.example.org", "127.0.0.1");
        await using var single = await WebhookCatcher.StartAsync();
        await using var batch = await WebhookCatcher.StartAsync();
        var settings = Webhooks.Reachable(
            ("Delivery:Dns", dns.Address),
            ("Delivery:MxPort", sink.Port.ToString(CultureInfo.InvariantCulture))
        );
        await using var product = await Product.StartAsync(stack, settings: settings);
        await product.AddWebhookAsync(single.Url);
        await product.AddWebhookAsync(batch.Url, WebhookKind.Batch);

        var lives = new Dictionary<string, string[]>();
        foreach (var (scenario, events) in Lives)
        {
            var byHeader = await product.SimulateAsync($"{scenario}@example.org", scenario);
            lives[byHeader] = events;
            AssertMarked(await product.PlayedAsync(byHeader, events));
            var byAddress = await product.SimulateAsync($"{scenario}+label@{Simulations.Domain}");
            lives[byAddress] = events;
            AssertMarked(await product.PlayedAsync(byAddress, events));
        }
        Assert.Empty(dns.Asked);
        Assert.Equal(0, sink.Connections);

        var real = await product.SendAsync(Some.To("ada@example.org"));
        lives[real] = ["processed", "delivered"];
        await product.EmailInStateAsync(real, "Delivered");

        Assert.Equal(["ada@example.org"], Assert.Single(await sink.Received(1)).Recipients);
        Assert.DoesNotContain(dns.Asked, name => name.EndsWith("scaisend.test", StringComparison.OrdinalIgnoreCase));
        Assert.False((await product.MessageAsync(real)).GetProperty("simulated").GetBoolean());
        AssertTold(await single.CaughtEvents(lives.Values.Sum(events => events.Length)), lives, real);
        AssertTold(await batch.CaughtEvents(lives.Values.Sum(events => events.Length)), real);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Nothing_real_changes(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "554 5.7.1 blocked");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var started = product.Clock.GetUtcNow();
        foreach (var (scenario, events) in Lives)
            await product.PlayedAsync(await product.SimulateAsync("ada@example.org", scenario), events);

        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Bounced");

        // Events are counted lane by lane, a bounded number at a time: the simulated ones were there before.
        var sum = await product.SumsWhenAsync(json => json.GetProperty("blocks").GetInt32() == 1);
        AssertCounted(sum);
        Assert.Equal(200, (await product.CallAsync("POST", "/v3/stats/rebuild", product.LiveKey)).Status);
        AssertCounted(await product.SumsWhenAsync(_ => true));
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var listed = await db.Suppressions.IgnoreQueryFilters().Select(s => s.Address).ToListAsync(Stop);
        Assert.Equal(["nobody@example.org"], listed);
        var replayed = new List<string>();
        await foreach (
            var attempt in RecordedAttempts.NotDeliveredSinceAsync(
                product.Services.GetRequiredService<MailDatabase>(),
                started,
                started.AddHours(-1),
                Stop
            )
        )
            replayed.Add(attempt.Recipient);
        Assert.Equal(["nobody@example.org"], replayed);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_live_key_plays_for_reserved_addresses_and_sends_to_the_others(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);

        var id = await product.SendAsync(Some.To("ada@example.org", $"bounce@{Simulations.Domain}", $"no.such@{Simulations.Domain}"));
        var message = await product.MessageWhenAsync(id, m => m.GetProperty("status").GetString() == "bounced", "ended");

        Assert.Equal(["ada@example.org"], Assert.Single(await sink.Received(1)).Recipients);
        Assert.False(message.GetProperty("simulated").GetBoolean());
        var emails = message.GetProperty("emails").EnumerateArray().ToDictionary(e => e.GetProperty("to_email").GetString()!);
        Assert.False(emails["ada@example.org"].GetProperty("simulated").GetBoolean());
        Assert.All(emails["ada@example.org"].GetProperty("timeline").EnumerateArray(), e => Assert.False(IsMarked(e)));
        AssertMarked(emails[$"bounce@{Simulations.Domain}"]);
        Assert.Contains("there are delivered, ", LastReply(emails[$"no.such@{Simulations.Domain}"]), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Without_the_header_a_test_key_plays_only_for_reserved_addresses(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var request = Some.Request(
            Some.To("ada@example.org", $"delivered@{Simulations.Domain}"),
            new { from = new { email = "any@unverified.example" } }
        );
        request["personalizations"]!.AsArray().Add(JsonSerializer.SerializeToNode(Some.To("bob@example.org")));

        var answer = await product.PostMailAsync(product.TestKey, request);
        var ids = answer.Json.GetProperty("message_ids");
        var email = await product.PlayedAsync(ids[0].GetString()!, "processed", "delivered");

        Assert.Equal($"delivered@{Simulations.Domain}", email.GetProperty("to_email").GetString());
        var other = await product.MessageAsync(ids[1].GetString()!);
        var explained = await product.CallAsync("GET", $"/v3/messages/{ids[0].GetString()}/explain", product.TestKey);
        Assert.StartsWith(
            "One more recipient was only checked and stored",
            Assert.Single(explained.Json.GetProperty("notes").EnumerateArray()).GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(("sandbox", false), (other.GetProperty("status").GetString(), other.GetProperty("simulated").GetBoolean()));
        Assert.Equal(0, sink.Connections);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_the_recipient_does_is_about_the_mail_as_it_was_sent(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1");
        await product.AddGroupAsync(7);
        var html = new
        {
            content = new[] { new { type = "text/html", value = "<p><a href=\"https://shop.example.test/4711\">Shop</a></p>" } },
        };

        var clicked = await product.PlayedAsync(
            await product.SimulateAsync("ada@example.org", "click", html),
            "processed",
            "delivered",
            "open",
            "click"
        );
        var left = await product.PlayedAsync(
            await product.SimulateAsync("ada@example.org", "Unsubscribe", new { asm = new { group_id = 7 } }),
            "processed",
            "delivered",
            "group_unsubscribe"
        );
        var large = new { content = new[] { new { type = "text/plain", value = Some.LargeText } } };
        await product.PlayedAsync(await product.SimulateAsync("ada@example.org", "deferred", large), "processed", "deferred", "delivered");

        var click = clicked.LastEvent().GetProperty("metadata");
        Assert.Equal("https://shop.example.test/4711", click.GetProperty("url").GetString());
        Assert.Equal("ScaiSend-Simulator", click.GetProperty("user_agent").GetString());
        Assert.False(click.TryGetProperty("machine_reason", out _));
        Assert.Equal(7, left.LastEvent().GetProperty("metadata").GetProperty("group_id").GetInt32());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Simulated_mail_to_a_listed_address_is_dropped_as_real_mail_is(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1");
        var listed = await product.CallAsync(
            "POST",
            "/v3/asm/suppressions/global",
            product.LiveKey,
            """{"recipient_emails":["ada@example.org"]}"""
        );
        Assert.Equal(201, listed.Status);

        var email = await product.PlayedAsync(await product.SimulateAsync("ada@example.org", "delivered"), "dropped");

        Assert.Equal("Unsubscribed Address", email.LastEvent().GetProperty("reason").GetString());
        AssertMarked(email);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_life_is_played_once_though_the_first_stages_died(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1", roles: Role.Serve);
        var opened = await product.SimulateAsync("ada@example.org", "open");
        var complained = await product.SimulateAsync("ada@example.org", "complaint");

        await product.StopRolesAsync();
        await product.StartRolesAsync();
        // The lease of the renderer that there never was.
        product.Clock.Advance(TimeSpan.FromMinutes(3));

        await product.PlayedAsync(opened, "processed", "delivered", "open");
        await product.PlayedAsync(complained, "processed", "delivered", "spam_report");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_repeated_request_is_the_same_only_with_the_same_scenario(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1");
        var request = Some.Request(Some.To("ada@example.org"));

        var first = await SendAsync("bounce");
        var again = await SendAsync("Bounce");
        var other = await SendAsync("delivered");
        var none = await product.PostMailAsync(product.TestKey, request, headers: ("Idempotency-Key", "key"));

        Assert.Equal((202, 202, first.Body), (first.Status, again.Status, again.Body));
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal((409, 409), (other.Status, none.Status));

        Task<CallAnswer> SendAsync(string scenario) =>
            product.PostMailAsync(product.TestKey, request, headers: [("Idempotency-Key", "key"), (Header, scenario)]);
    }

    [Fact]
    public async Task A_header_that_cannot_be_followed_is_refused_and_says_why()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var good = Some.Request(Some.To("ada@example.org"));
        var sandbox = Some.Request(Some.To("ada@example.org"), new { mail_settings = new { sandbox_mode = new { enable = true } } });

        var unknown = await product.PostMailAsync(product.TestKey, good, headers: (Header, "explode"));
        var empty = await product.PostMailAsync(product.TestKey, good, headers: (Header, ""));
        var twice = await product.PostMailAsync(product.TestKey, good, headers: [(Header, "open"), (Header, "click")]);
        var live = await product.PostMailAsync(product.LiveKey, good, headers: (Header, "delivered"));
        var both = await product.PostMailAsync(product.TestKey, sandbox, headers: (Header, "delivered"));
        var exact = await product.PostMailAsync(product.TestKey, good, "/sendgrid/v3/mail/send", (Header, "delivered"));
        var stored = await product.CallAsync("GET", "/v3/messages", product.LiveKey);

        Assert.Equal(
            "The X-ScaiSend-Simulate header must be one of: delivered, deferred, bounce, soft_bounce, blocked, complaint, open, click, unsubscribe.",
            ErrorOf(unknown)
        );
        Assert.Equal([ErrorOf(unknown), ErrorOf(unknown)], [ErrorOf(empty), ErrorOf(twice)]);
        Assert.Contains("needs a test key", ErrorOf(live), StringComparison.Ordinal);
        Assert.Contains("sandbox_mode", ErrorOf(both), StringComparison.Ordinal);
        Assert.Equal((202, ""), (exact.Status, exact.Body));
        await product.PlayedAsync(exact.Headers["X-Message-Id"], "processed", "delivered");
        Assert.Equal(1, stored.Json.GetProperty("total").GetInt32());
    }

    private static string ErrorOf(CallAnswer answer)
    {
        Assert.Equal(400, answer.Status);
        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(Header, error.GetProperty("field").GetString());
        return error.GetProperty("message").GetString()!;
    }

    private static string LastReply(JsonElement email) => email.GetProperty("last_reply").GetString()!;

    private static bool IsMarked(JsonElement it) => it.GetProperty("simulated").GetBoolean();

    private static void AssertMarked(JsonElement email)
    {
        Assert.True(IsMarked(email));
        Assert.All(email.GetProperty("timeline").EnumerateArray(), entry => Assert.True(IsMarked(entry)));
        Assert.All(
            email.Attempts(),
            attempt => Assert.StartsWith("simulated", attempt.GetProperty("reply").GetString()![6..], StringComparison.Ordinal)
        );
    }

    // Order of arrival is not promised; the sequence says what was first.
    private static void AssertTold(IReadOnlyList<JsonElement> told, Dictionary<string, string[]> lives, string real)
    {
        foreach (var events in told.GroupBy(e => e.GetProperty("message_id").GetString()!))
        {
            var inOrder = events.OrderBy(e => e.GetProperty("sequence").GetInt32());
            Assert.Equal(lives[events.Key], inOrder.Select(e => e.GetProperty("event_type").GetString()));
            Assert.All(events, e => Assert.Equal(events.Key != real, e.TryGetProperty("simulated", out var mark) && mark.GetBoolean()));
        }
    }

    private static void AssertTold(IReadOnlyList<JsonElement> told, string real) =>
        Assert.All(
            told,
            e =>
            {
                var isReal = e.GetProperty("sg_message_id").GetString()!.StartsWith(real, StringComparison.Ordinal);
                Assert.Equal(!isReal, e.TryGetProperty("simulated", out var mark) && mark.GetBoolean());
            }
        );

    private static void AssertCounted(JsonElement sum)
    {
        Assert.Equal((2, 2, 1, 1), (Of("requests"), Of("processed"), Of("delivered"), Of("blocks")));
        Assert.All(
            (string[])["deferred", "opens", "unique_opens", "clicks", "spam_reports", "unsubscribes", "machine_opens"],
            metric => Assert.Equal(0, Of(metric))
        );

        int Of(string metric) => sum.GetProperty(metric).GetInt32();
    }
}
