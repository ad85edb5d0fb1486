using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A tenant's developer connects a program in the console: its key, its webhook, and what the webhook missed.</summary>
public sealed class Integrated(Chromium chromium)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_developer_makes_a_key_sends_with_it_has_a_webhook_fail_and_replays_it(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            Support.Webhooks.Reachable(("Webhooks:Retry:Schedule", "00:01:00"))
        );
        await product.AddPersonAsync(roles: "admin");
        var page = await chromium.OpenAsync();
        await page.SignInAsync(product);

        var key = await MakeKeyAsync(page);
        using var http = new HttpClient { BaseAddress = product.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);

        await page.GetByRole(AriaRole.Link, new() { Name = "Webhooks" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New webhook" }).ClickAsync();
        await page.GetByLabel("URL", new() { Exact = true }).FillAsync(catcher.Url);
        await page.Locator("input[name=all]").UncheckAsync();
        await page.Locator("input[value=delivered]").CheckAsync();
        await ClickAsync(page, "Make the webhook");
        var secret = await page.GetByLabel("Signing secret").InputValueAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "I have kept it" }).ClickAsync();
        await page.GetByText("Nothing was posted to it yet.").WaitForAsync();
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        await TestAsync(page, catcher, secret);

        // The log is in the order of time, and the clock stands.
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        // The receiver is closed when the mail is delivered, and at the only other try.
        catcher.AnswerWith(500, "We are closed");
        using var sent = await http.PostAsJsonAsync("/v3/mail/send", Some.Request(Some.To("ada@example.org")), Stop);
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        await catcher.Caught(2);
        await LoadUntilAsync(page, "failing");
        var row = page.Locator(".log tbody tr").First;
        await row.GetByText("We are closed").WaitForAsync();
        Assert.NotEqual("", await row.Locator("td").Last.InnerTextAsync());
        Assert.Contains("1 event waits to be told", await page.Locator(".answer").InnerTextAsync(), StringComparison.Ordinal);
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        await catcher.Caught(3);
        await LoadUntilAsync(page, "The last 2 POSTs failed");
        await page.PictureAsync("webhook-log");

        catcher.AnswerWith(200, "Thanks");
        await page.GetByRole(AriaRole.Link, new() { Name = "Tell events again" }).ClickAsync();
        await ClickAsync(page, "How many?");
        await page.GetByText("It would be 1 event.").WaitForAsync();
        Assert.Equal(3, catcher.Posts.Count);
        await page.PictureAsync("replay");
        await ClickAsync(page, "Tell 1 event again");
        await page.GetByText("1 event is told again, now.").WaitForAsync();
        var posts = await catcher.Caught(4);
        Assert.Equal(posts[1].Body, posts[3].Body);
        Assert.True(posts[3].IsSignedWith(secret));
        await LoadUntilAsync(page, "The last POST was taken.");

        await RevokeAsync(page, product);
        using var refused = await http.PostAsJsonAsync("/v3/mail/send", Some.Request(Some.To("ada@example.org")), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(
            ["key_add", "key_revoke", "webhook_add", "webhook_replay", "webhook_test"],
            log.Select(entry => entry.GetProperty("action").GetString()!).Order(StringComparer.Ordinal)
        );
        Assert.All(log, entry => Assert.Equal("console", entry.GetProperty("via").GetString()));
        Assert.DoesNotContain(key, JsonSerializer.Serialize(log), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    private static async Task<string> MakeKeyAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "API keys" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New key" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Shop, production");
        await ClickAsync(page, "Make the key");
        await page.GetByText("Tick at least one thing that it may do.").WaitForAsync();
        Assert.Equal("Shop, production", await page.GetByLabel("Name", new() { Exact = true }).InputValueAsync());
        await page.Locator("input[value='mail.send']").CheckAsync();
        await ClickAsync(page, "Make the key");
        var key = await page.GetByLabel("Live key").InputValueAsync();
        Assert.Matches("^sg_live_[0-9a-f]{32}$", key);

        // It can be copied, and is nowhere else.
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await ClickAsync(page, "Copy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
        Assert.Equal(key, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        Assert.DoesNotContain(key, page.Url, StringComparison.Ordinal);
        Assert.All(await page.Context.CookiesAsync(), cookie => Assert.DoesNotContain(key[8..], cookie.Value, StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Link, new() { Name = "I have kept it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep the changes" }).WaitForAsync();
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        return key;
    }

    private static async Task TestAsync(IPage page, WebhookCatcher catcher, string secret)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Test it" }).First.ClickAsync();
        await ClickAsync(page, "Post it");
        await page.GetByText("It was taken.").WaitForAsync();
        var post = Assert.Single(catcher.Posts);
        Assert.True(post.IsSignedWith(secret));
        Assert.Equal("delivered", post.Json.GetProperty("event_type").GetString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Back", Exact = true }).ClickAsync();
    }

    private static async Task RevokeAsync(IPage page, Product product)
    {
        await page.GoAsync(product, "keys");
        await page.GetByRole(AriaRole.Link, new() { Name = "Shop, production" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Revoke", Exact = true }).ClickAsync();
        Assert.Contains("It cannot be taken back", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await ClickAsync(page, "Revoke");
        await page.GetByText("is revoked.").WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = "Shop, production" }).CountAsync());
    }

    private static Task ClickAsync(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    // A page of a webhook does not change by itself.
    private static async Task LoadUntilAsync(IPage page, string text)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!(await page.Locator("main").InnerTextAsync()).Contains(text, StringComparison.Ordinal))
        {
            Assert.True(patience.Elapsed < Patience.Limit, $"“{text}” does not come: {await page.Locator("main").InnerTextAsync()}");
            await page.ReloadAsync();
        }
    }
}
