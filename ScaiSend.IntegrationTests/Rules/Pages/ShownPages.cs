using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Playwright;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>Every page as people see it: light and dark, wide and narrow, with a screen reader, and with mail that was written to do harm.</summary>
public sealed class ShownPages(Chromium chromium)
{
    [Theory]
    [InlineData(1280, false)]
    [InlineData(360, true)]
    public async Task No_page_scrolls_sideways_or_shuts_anybody_out(int width, bool isDark)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("ada@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" }, new { email = "grace@example.org" } } },
            new
            {
                subject = "Your order 4711",
                content = new[]
                {
                    new { type = "text/plain", value = "Thank you." },
                    new { type = "text/html", value = "<h1>Thank you</h1><p>Your order is on its way.</p>" },
                },
                headers = new Dictionary<string, string> { ["X-Order"] = "4711" },
            }
        );
        await product.MessageWhenAsync(id, m => m.GetProperty("emails").EnumerateArray().All(Ended), "at its end");
        var waiting = await product.SendAsync(
            Some.To("later@example.org"),
            new { send_at = product.Clock.GetUtcNow().AddHours(20).ToUnixTimeSeconds() }
        );
        var page = await chromium.OpenAsync(width, isDark, canBeInspected: true);
        var wrong = new List<string>();
        await page.GoAsync(product, "sign-in");
        await CheckAsync("sign-in");
        await page.SignInAsync(product);
        foreach (
            var (name, path) in ((string, string)[])
                [
                    ("today", ""),
                    ("messages", "messages"),
                    ("search", "messages?to=ada%40example.org&state=bounced"),
                    ("nothing", "messages?q=nothing+like+it"),
                    ("message", $"messages/{id}"),
                    ("content", $"messages/{id}/content"),
                    ("unlist", $"messages/{id}/unlist"),
                    ("again", $"messages/{id}/again"),
                    ("cancel", $"messages/{waiting}/cancel"),
                    ("trouble", "messages/msg_0"),
                ]
        )
        {
            await page.GoAsync(product, path);
            await CheckAsync(name);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await page.Context.CloseAsync();

        async Task CheckAsync(string name) => wrong.AddRange(await page.FaultsAsync(name, width, isDark));
    }

    [Fact]
    public async Task Mail_that_was_written_to_do_harm_is_text()
    {
        await using var sink = SmtpSink.Start();
        // Somebody who waits for a reader's browser.
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var evil = $"http://{stranger.LocalEndpoint}";
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org", name = PageFaults.Hostile } } },
            new
            {
                subject = PageFaults.Hostile,
                from = new { email = "hello@example.test", name = PageFaults.Hostile },
                categories = new[] { PageFaults.Hostile },
                headers = new Dictionary<string, string> { ["X-Evil"] = PageFaults.Hostile },
                content = new[]
                {
                    new { type = "text/plain", value = PageFaults.Hostile },
                    new
                    {
                        type = "text/html",
                        value = $"{PageFaults.Hostile}<form action={evil}><input name=a></form><a href={evil} target=_top>x</a>"
                            + $"<img src={evil}/p.png><meta http-equiv=refresh content=\"0;url={evil}\">",
                    },
                },
            }
        );
        await product.EmailInStateAsync(id, "Delivered");
        var page = await chromium.OpenAsync();
        var blocked = new ConcurrentBag<string>();
        page.RequestFailed += (_, request) => blocked.Add(request.Url);
        await page.SignInAsync(product);

        foreach (
            var path in (string[])
                ["", "messages", $"messages?q={Uri.EscapeDataString(PageFaults.Hostile)}", $"messages/{id}", $"messages/{id}/content"]
        )
        {
            await page.GoAsync(product, path);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            Assert.Equal(0, await page.Locator("main img, main script, main b").CountAsync());
            Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"), path);
            if (path.Length > 0)
                Assert.Contains(
                    "<script>window.hacked=1</script>",
                    await page.Locator("body").InnerHTMLAsync() is var html ? WebUtility.HtmlDecode(html) : "",
                    StringComparison.Ordinal
                );
        }
        Assert.Contains($"{evil}/p.png", blocked);
        Assert.False(stranger.Pending());

        // The mail's own HTML: a frame that may do nothing, and the same when it is opened alone.
        await page.GoAsync(product, $"messages/{id}/content");
        Assert.Equal("", await page.Locator("iframe").GetAttributeAsync("sandbox"));
        var alone = await page.GoAsync(product, $"messages/{id}/preview");
        Assert.Equal(
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; sandbox; frame-ancestors 'self'",
            await alone!.HeaderValueAsync("content-security-policy")
        );
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Without_its_script_the_console_works_too()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(
            Some.To("ada@example.org"),
            new { send_at = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() }
        );
        var page = await chromium.OpenAsync();
        await page.Context.RouteAsync("**/*.js", route => route.AbortAsync());
        await page.SignInAsync(product, to: $"messages/{id}");

        await page.GetByRole(AriaRole.Link, new() { Name = "Give up" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Give up" }).ClickAsync();

        await page.GetByText("It is given up.").WaitForAsync();
        await page.Context.CloseAsync();
    }

    private static bool Ended(JsonElement email) => email.GetProperty("ended_at").ValueKind != JsonValueKind.Null;
}
