using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Somebody of support works in the console with a browser.</summary>
public sealed class Supported(Chromium chromium)
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_bounced_mail_is_found_understood_and_sent_again(Stack stack)
    {
        var replies = new Queue<string>(["550 5.1.1 no such user", "451 4.7.1 greylisted"]);
        await using var server = ScriptedSmtpServer.Start(line =>
            line.StartsWith("RCPT", StringComparison.Ordinal) && replies.TryDequeue(out var reply) ? reply : null
        );
        await using var product = await Product.StartAsync(stack, $"127.0.0.1:{server.Port}");
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(Some.To("grace@example.org"), new { subject = "Your order 4711" });
        await product.EmailInStateAsync(id, "Bounced");
        var page = await chromium.OpenAsync();

        await page.SignInAsync(product);
        Assert.Contains("grace@example.org", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Find mail" }).FillAsync("grace@example.org");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "grace@example.org" }).ClickAsync();
        await page.WaitForURLAsync($"**/console/messages/{id}");

        // It says why, and what may be done.
        var answer = page.Locator(".answer");
        Assert.Contains("bounced", await answer.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("no such user", await page.Locator(".timeline").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Matches(
            "The email is bounced. Before, it was .*delivering",
            await page.GetByRole(AriaRole.Img).GetAttributeAsync("aria-label")
        );
        await page.PictureAsync("message");

        await page.GetByRole(AriaRole.Link, new() { Name = "Take off the list" }).ClickAsync();
        Assert.Contains("on the list of bounces", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("unlist");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take off the list" }).ClickAsync();
        await page.GetByText("The address is off the list").WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = "Take off the list" }).CountAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Send again" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/console/messages/msg_[0-9a-f]{32}$"));
        Assert.DoesNotContain(id, page.Url, StringComparison.Ordinal);

        // Nobody loads the page again: greylisted, tried again, taken.
        await page.SeeAsync(product, "greylisted");
        await page.SeeAsync(product, "Delivered: the receiving server took it");
        Assert.Single(server.Contents);
        Assert.Equal(3, server.Commands.Count(line => line.StartsWith("RCPT TO:<grace@example.org>", StringComparison.Ordinal)));
        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Body;
        Assert.Contains("\"suppression_remove\"", log, StringComparison.Ordinal);
        Assert.Contains("\"message_resend\"", log, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByText("You are signed out.").WaitForAsync();
        await page.GoAsync(product, $"messages/{id}");
        Assert.Contains("/console/sign-in?to=", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Mail_that_waits_is_cancelled_after_a_page_that_says_so()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var (id, page) = await OpenScheduledAsync(product, "ada@example.org");

        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel it" }).ClickAsync();
        Assert.Contains("is withdrawn and never sent", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
        await page.GetByText("It is cancelled.").WaitForAsync();

        Assert.Equal("cancelled", (await product.MessageAsync(id)).GetProperty("status").GetString());
        await page.GoAsync(product, $"messages/{id}/cancel");
        Assert.Contains("not possible now", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Pages_that_show_changes_leave_room_for_others_and_say_when_they_do_not_show_them_any_more()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var (id, page) = await OpenScheduledAsync(product, "ada@example.org");
        await page.GetByText("Live: what changes").WaitForAsync();

        // As many as a browser opens connections to one host.
        for (var i = 0; i < 6; i++)
            await (await page.Context.NewPageAsync()).GoAsync(product, $"messages/{id}");
        var other = await page.Context.NewPageAsync();
        await other.GoAsync(product, "messages");
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await other.GetByText("You are signed out.").WaitForAsync();

        await page.SeeAsync(product, "Not live: load again");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_somebody_has_focused_or_closed_stays_so_when_the_page_shows_a_change()
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        var (_, page) = await OpenScheduledAsync(product, "ada@example.org", "grace@example.org");
        await page.GetByText("Live: what changes").WaitForAsync();

        await page.GetByText("Recipients (2)").ClickAsync();
        await page.GetByText("Why, and what is certain").FocusAsync();
        product.Clock.Advance(TimeSpan.FromHours(1));
        await page.SeeAsync(product, "2 recipients: 2 delivered.");

        Assert.False(await page.GetByRole(AriaRole.Region, new() { Name = "Recipients" }).IsVisibleAsync());
        Assert.Equal("Why, and what is certain", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.Contains("took it", await page.Locator("#live-news").TextContentAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Staff_says_why_before_it_sees_anything_of_a_tenant()
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        var id = await product.SendAsync(Some.To("ada@example.org"), new { subject = "A secret" });
        await product.EmailInStateAsync(id, "Delivered");
        var page = await chromium.OpenAsync();
        await page.SignInAsOperatorAsync(product);

        await page.GoAsync(product, $"messages/{id}");
        Assert.Contains("/console/tenant?to=", page.Url, StringComparison.Ordinal);
        await page.GetByLabel("Tenant", new() { Exact = true }).FillAsync("default");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await page.GetByText("Say why you look at it").WaitForAsync();
        await page.GetByLabel("Reason").FillAsync("Ticket 4711");
        await page.PictureAsync("tenant");
        // As long as a reason may be, in letters that are long in a cookie.
        var reason = new string('ж', AuditLog.MaxReason);
        await page.GetByLabel("Reason").FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "A secret" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "What the mail says" }).ClickAsync();
        await page.GetByText("A text.").WaitForAsync();

        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(
            ["content_look", "mail_look"],
            log.Select(entry => entry.GetProperty("action").GetString()!).Order(StringComparer.Ordinal)
        );
        Assert.All(
            log,
            entry => Assert.Equal((reason, "console"), (entry.GetProperty("reason").GetString(), entry.GetProperty("via").GetString()))
        );
        await page.Context.CloseAsync();
    }

    // The page of a mail that is due in an hour.
    private async Task<(string Id, IPage Page)> OpenScheduledAsync(Product product, params string[] recipients)
    {
        await product.AddPersonAsync(roles: "admin");
        var soon = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var id = await product.SendAsync(Some.To(recipients), new { send_at = soon });
        var page = await chromium.OpenAsync();
        await page.SignInAsync(product, to: $"messages/{id}");
        return (id, page);
    }
}
