using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;
using static ScaiSend.IntegrationTests.Rules.Pages.KeyPageTests;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>What the pages of webhooks do and refuse.</summary>
public sealed class WebhookPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_wrong_with_a_form_is_said_and_what_was_typed_stays()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync("/console/webhooks/new");
        var url = ("url", "https://kept.example.com/events");
        var all = ("all", "on");

        foreach (
            var (fields, says) in new ((string Name, string Value)[], string)[]
            {
                ([("url", "nowhere"), all], "must be an absolute URL"),
                ([("url", "http://example.com/"), all], "must begin with https://"),
                ([("url", "https://127.0.0.1/"), all], "must not name"),
                ([url], "Tick at least one event"),
                ([url, ("event", "rain")], "Tick at least one event"),
                ([url, all, ("client_id", "me")], "give all three"),
                ([url, all, ("client_id", "me"), ("token_url", "http://[::1]/")], "The token’s URL must"),
            }
        )
        {
            var answer = await ada.PostAsync("/console/webhooks/new", Fields(form, fields));
            Assert.Equal(422, answer.Status);
            Assert.Contains(says, System.Net.WebUtility.HtmlDecode(answer.Html), StringComparison.Ordinal);
            Assert.Equal(fields.Contains(url), answer.Html.Contains("https://kept.example.com/events", StringComparison.Ordinal));
        }
        Assert.Contains("There is none yet", (await ada.GetAsync("/console/webhooks")).Html, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_webhook_in_SendGrids_format_shows_its_public_key_and_is_changed_and_deleted(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync("/console/webhooks/new?format=sendgrid");
        var fields = Fields(
            form,
            ("format", "sendgrid"),
            ("url", "https://example.com/events"),
            ("name", "Mailroom"),
            ("event", "bounce"),
            ("enabled", "on"),
            ("signed", "on"),
            ("client_id", "me"),
            ("client_secret", "s3cret"),
            ("token_url", "https://example.com/token")
        );
        var made = await ada.PostAsync("/console/webhooks/new", fields);
        Assert.Equal(303, made.Status);
        var path = made.Location!.AbsolutePath;

        var settings = (await product.CallAsync("GET", "/v3/user/webhooks/event/settings", product.LiveKey)).Json;
        var page = await ada.GetAsync(path);
        Assert.Equal(settings.GetProperty("public_key").GetString(), ConsoleCaller.Value(page.Html, "public-key"));
        Assert.Contains("Mailroom", page.Html, StringComparison.Ordinal);
        Assert.Equal(404, (await ada.GetAsync($"{path}/secret")).Status);
        Assert.DoesNotContain("s3cret", (await ada.GetAsync($"{path}/change")).Html, StringComparison.Ordinal);
        // The second of this format may not post to the same place.
        var again = await ada.PostAsync("/console/webhooks/new", fields);
        Assert.Contains("posts to this URL already", again.Html, StringComparison.Ordinal);

        (fields["event"], fields["client_secret"]) = ("open", "");
        fields.Remove("signed");
        Assert.Equal(303, (await ada.PostAsync($"{path}/change", fields)).Status);
        settings = (await product.CallAsync("GET", "/v3/user/webhooks/event/settings", product.LiveKey)).Json;
        Assert.Equal((true, false), (settings.GetProperty("open").GetBoolean(), settings.GetProperty("bounce").GetBoolean()));
        Assert.False(settings.TryGetProperty("public_key", out _));
        // An empty secret is the old one.
        Assert.Equal("me", settings.GetProperty("oauth_client_id").GetString());

        Assert.Equal(303, (await ada.PostAsync($"{path}/delete", Fields(form))).Status);
        Assert.Equal(404, (await ada.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_change_forgives_no_failure_and_enabling_does()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var endpoint = await product.AddWebhookAsync(
            "https://example.com/",
            change: e => (e.FailureCount, e.DisabledAt) = (10, product.Clock.GetUtcNow())
        );
        var path = $"/console/webhooks/{Ids.Show(Ids.Webhook, endpoint.Id)}";
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync($"{path}/change");

        var change = Fields(form, ("url", "https://example.com/other"), ("all", "on"), ("enabled", "on"));
        Assert.Equal(303, (await ada.PostAsync($"{path}/change", change)).Status);
        var stored = await product.StoredAsync(endpoint);
        Assert.Equal(("https://example.com/other", 10, true), (stored.Url, stored.FailureCount, stored.DisabledAt is not null));
        Assert.Contains("It failed 10 times in a row", (await ada.GetAsync(path)).Html, StringComparison.Ordinal);
        // Nothing is told to it, so nothing can be told again.
        var replay = Fields(form, ("by", "time"), ("from", "2026-01-01T00:00"), ("do", "replay"), ("previewed", "0"));
        Assert.Contains("It is not told of events now", (await ada.PostAsync($"{path}/replay", replay)).Html, StringComparison.Ordinal);

        Assert.Equal(303, (await ada.PostAsync($"{path}/enable", Fields(form))).Status);
        stored = await product.StoredAsync(endpoint);
        Assert.Equal((0, null), (stored.FailureCount, stored.DisabledAt));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_new_secret_is_shown_once_and_the_old_one_lasts_as_long_as_was_chosen(Stack stack)
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: Support.Webhooks.Reachable(), roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var endpoint = await product.AddWebhookAsync(catcher.Url, secret: "whsec_old"u8.ToArray());
        var path = $"/console/webhooks/{Ids.Show(Ids.Webhook, endpoint.Id)}";
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync($"{path}/secret");

        Assert.Equal(422, (await ada.PostAsync($"{path}/secret", Fields(form, ("overlap", "9999999")))).Status);
        var answer = await ada.PostAsync($"{path}/secret", Fields(form, ("overlap", "3600")));
        var secret = ConsoleCaller.Value(answer.Html, "secret");
        Assert.Matches("^whsec_[A-Za-z0-9]{40}$", secret);
        Assert.DoesNotContain(secret, (await ada.GetAsync(path)).Html, StringComparison.Ordinal);

        await TestAsync(isOldGood: true);
        product.Clock.Advance(TimeSpan.FromHours(2));
        await TestAsync(isOldGood: false);

        async Task TestAsync(bool isOldGood)
        {
            var tested = await ada.PostAsync($"{path}/test", Fields(form, ("type", "open")));
            Assert.Contains("It was taken.", tested.Html, StringComparison.Ordinal);
            var post = catcher.Posts[^1];
            Assert.Equal((true, isOldGood), (post.IsSignedWith(secret), post.IsSignedWith("whsec_old")));
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_log_is_filtered_and_walked_and_says_when_the_next_try_is(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var endpoint = await product.AddWebhookAsync("https://example.com/");
        var dueAt = product.Clock.GetUtcNow().AddMinutes(7);
        await AddPostsAsync(product, endpoint, 60, dueAt);
        var path = $"/console/webhooks/{Ids.Show(Ids.Webhook, endpoint.Id)}";
        using var ada = await ConsoleCaller.SignInAsync(product);

        var all = (await ada.GetAsync(path)).Html;
        Assert.Equal(50, Count(all, "class=\"said\""));
        Assert.Contains("1</strong> event waits", all, StringComparison.Ordinal);
        var next = System.Text.RegularExpressions.Regex.Match(all, "href=\"(webhooks/[^\"]*)\"[^>]*>Older|rel=\"next\" href=\"([^\"]*)\"");
        var older = System.Net.WebUtility.HtmlDecode(next.Groups[1].Value + next.Groups[2].Value);
        Assert.Equal(10, Count((await ada.GetAsync($"/console/{older}")).Html, "class=\"said\""));

        var failed = (await ada.GetAsync($"{path}?show=failed")).Html;
        Assert.Equal(1, Count(failed, "class=\"said\""));
        Assert.Contains("The connection was refused", failed, StringComparison.Ordinal);
        Assert.Contains(dueAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null), failed, StringComparison.Ordinal);
        var before = product.Clock.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd", null);
        Assert.Contains("Nothing was posted before", (await ada.GetAsync($"{path}?until={before}")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_not_told_again_in_another_number_than_was_shown()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var endpoint = await product.AddWebhookAsync("https://example.com/");
        var path = $"/console/webhooks/{Ids.Show(Ids.Webhook, endpoint.Id)}/replay";
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync(path);

        var other = Fields(form, ("by", "time"), ("from", "2026-01-01T00:00"), ("do", "replay"), ("previewed", "5"));
        Assert.Contains("another number of events", (await ada.PostAsync(path, other)).Html, StringComparison.Ordinal);
        foreach (
            var (fields, says) in new ((string Name, string Value)[], string)[]
            {
                ([("by", "time"), ("from", "soon")], "Say from when"),
                ([("by", "time"), ("from", "2026-01-02T00:00"), ("until", "2026-01-01T00:00")], "not after the beginning"),
                ([("by", "message"), ("message", "4711")], "Give the message’s id"),
                ([("by", "message"), ("message", $"msg_{Guid.Empty:N}")], "There is no event or message"),
                ([("by", "events"), ("events", " ")], "Give the ids of events"),
                ([("by", "events"), ("events", "evt_1, evt_2")], "There is no event or message evt_1"),
            }
        )
        {
            var answer = await ada.PostAsync(path, Fields(form, fields));
            Assert.Equal(422, answer.Status);
            Assert.Contains(says, System.Net.WebUtility.HtmlDecode(answer.Html), StringComparison.Ordinal);
        }
        Assert.Empty(await product.DeliveriesAsync(endpoint));
    }

    [Fact]
    public async Task Who_may_only_read_sees_the_log_and_no_button()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var endpoint = await product.AddWebhookAsync("https://example.com/", change: e => e.DisabledAt = product.Clock.GetUtcNow());
        using var viewer = await ConsoleCaller.SignInAsync(product);

        Assert.DoesNotContain("webhooks/new", (await viewer.GetAsync("/console/webhooks")).Html, StringComparison.Ordinal);
        var page = await viewer.GetAsync($"/console/webhooks/{Ids.Show(Ids.Webhook, endpoint.Id)}");
        Assert.Contains("What was posted", page.Html, StringComparison.Ordinal);
        foreach (var word in (string[])["/enable", "/change", "/test", "/replay", "/secret", "/delete"])
            Assert.DoesNotContain(word, page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_says_why_before_it_does_anything_with_a_webhook_of_another_tenant()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Support.Webhooks.Reachable(), roles: Role.Serve);
        var endpoint = await product.AddWebhookAsync(catcher.Url);
        var path = $"/console/webhooks/{Ids.Show(Ids.Webhook, endpoint.Id)}";
        using var staff = await ConsoleCaller.SignInAsOperatorAsync(product);
        await staff.LookAtAsync();
        var form = await staff.GetAsync($"{path}/test");
        var replay = new[] { ("by", "time"), ("from", "2026-01-01T00:00"), ("do", "replay"), ("previewed", "0") };

        foreach (
            var (word, fields, refused, done) in new (string, (string Name, string Value)[], int, int)[]
            {
                ("test", [("type", "open")], 422, 200),
                ("replay", replay, 422, 303),
                ("secret", [("overlap", "0")], 422, 200),
                ("change", [("url", catcher.Url), ("all", "on"), ("enabled", "on")], 422, 303),
                ("enable", [], 400, 303),
                ("delete", [], 422, 303),
            }
        )
        {
            var silent = await staff.PostAsync($"{path}/{word}", Fields(form, fields));
            Assert.Equal((word, refused), (word, silent.Status));
            Assert.Contains("Say why", silent.Html, StringComparison.Ordinal);
            Assert.Equal(
                (word, done),
                (word, (await staff.PostAsync($"{path}/{word}", Fields(form, [.. fields, ("reason", "Asked")]))).Status)
            );
        }
        Assert.Single(catcher.Posts);
        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(
            ["webhook_change", "webhook_change", "webhook_delete", "webhook_replay", "webhook_secret", "webhook_test"],
            log.Where(e => e.GetProperty("reason").GetString() == "Asked")
                .Select(e => e.GetProperty("action").GetString()!)
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>POSTs that were taken, and a last one that failed and is tried again.</summary>
    internal static async Task AddPostsAsync(Product product, WebhookEndpoint endpoint, int posts, DateTimeOffset dueAt)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(endpoint.TenantId);
        for (var i = 1; i <= posts; i++)
        {
            var at = product.Clock.GetUtcNow().AddMinutes(i - posts);
            var isLast = i == posts;
            var post = new WebhookPost
            {
                Id = Guid.CreateVersion7(at),
                EndpointId = endpoint.Id,
                TenantId = endpoint.TenantId,
                At = at,
                DurationMs = 40 + i * 7 % 90,
                Status = isLast ? null : 200,
                Error = isLast ? "The connection was refused" : null,
                Answer = isLast ? null : "Thanks"u8.ToArray(),
                Events = 1 + i % 4,
                Attempt = isLast ? 2 : 1,
            };
            db.WebhookPosts.Add(post);
            if (isLast)
                db.WebhookDeliveries.Add(
                    new WebhookDelivery
                    {
                        EndpointId = endpoint.Id,
                        TenantId = endpoint.TenantId,
                        Lane = 1,
                        Position = 1,
                        State = WebhookDeliveryState.Owed,
                        DueAt = dueAt,
                        Attempts = 2,
                        PostId = post.Id,
                    }
                );
        }
        await db.SaveChangesAsync(Stop);
    }

    private static int Count(string html, string text) => html.Split(text).Length - 1;
}
