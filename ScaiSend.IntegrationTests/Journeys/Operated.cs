using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Policies;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>An operator works in the console with a browser: sees what waits, changes how it is tried again, and takes that back.</summary>
public sealed class Operated(Chromium chromium)
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_retry_schedule_is_tried_applied_and_taken_back(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("later@example.org", "450 4.2.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("later@example.org")), "Deferred");
        var page = await chromium.OpenAsync();
        await page.SignInAsOperatorAsync(product);
        await page.GoAsync(product, "policy");
        Assert.Contains("In force is the starting set alone", await TextAsync(page), StringComparison.Ordinal);
        var text = page.GetByLabel("Policy, in YAML");

        // A slip of the pen is said with its place, and what was written stays.
        await text.FillAsync("defaults:\n  retry: { schedule: [nine] }\n");
        await ClickAsync(page, "Check");
        await page.GetByText("line 2, column").WaitForAsync();
        Assert.Contains("nine", await text.InputValueAsync(), StringComparison.Ordinal);
        await text.FillAsync("defaults:\n  retry: { schedule: [9m] }\n");
        await ClickAsync(page, "Try it");
        await page.GetByText("would end in another way").WaitForAsync();
        var row = await page.Locator(".tried tbody tr").InnerTextAsync();
        Assert.Contains("next in 1m", row, StringComparison.Ordinal);
        Assert.Contains("next in 9m", row, StringComparison.Ordinal);
        await page.PictureAsync("policy");

        await ClickAsync(page, "Apply on all processes");
        await page.GetByText("Say why").WaitForAsync();
        Assert.Null(Policy(product).InForce.Revision);
        await page.GetByLabel("Reason (to apply it)").FillAsync("They are slow");
        await ClickAsync(page, "Apply on all processes");
        await page.GetByText("Revision 1 is in force").WaitForAsync();
        await InForceAsync(product, policy => policy.Defaults.Schedule is [{ TotalMinutes: 9 }]);

        await page.GetByLabel("Take revision 1 back, because").FillAsync("Not so slow");
        await ClickAsync(page, "Undo");
        await page.GetByText("Revision 2 brings back what counted before").WaitForAsync();
        await InForceAsync(product, policy => policy.Defaults.Schedule is null or not [{ TotalMinutes: 9 }]);
        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(["policy_undo", "policy_apply"], log.Take(2).Select(entry => entry.GetProperty("action").GetString()));
        Assert.Equal("They are slow", log[1].GetProperty("reason").GetString());
        await page.Context.CloseAsync();
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_provider_is_suspended_seen_and_let_go(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("later@example.org", "450 4.2.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("later@example.org")), "Deferred");
        var page = await chromium.OpenAsync();
        await page.SignInAsOperatorAsync(product);
        await page.Clock.InstallAsync();
        await page.GoAsync(product, "queue");
        Assert.Contains("1 email has not ended yet", await TextAsync(page), StringComparison.Ordinal);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("later@example.org")), "Deferred");
        await page.Clock.RunForAsync(10_000);
        await page.GetByText("2 emails have not ended yet").WaitForAsync();
        var provider = await page.Locator("section[aria-labelledby=providers] tbody th").First.InnerTextAsync();

        await page.GetByText("Give a provider no mail for a time").ClickAsync();
        await page.GetByLabel("Provider", new() { Exact = true }).FillAsync(provider);
        await page.GetByLabel("For", new() { Exact = true }).FillAsync("30m");
        await page.Locator("#reason").FillAsync("Their postmaster asked");
        await ClickAsync(page, "Suspend it");
        await page.GetByText("gets no mail for now").WaitForAsync();
        Assert.Contains("Their postmaster asked", await page.Locator(".suspended").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("queue");
        await page.Locator(".suspended").GetByLabel("Reason").FillAsync("They take mail again");
        await ClickAsync(page, "Lift it now");
        await page.GetByText("It is lifted").WaitForAsync();
        await page.GetByText("None is suspended.").WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(360, true)]
    public async Task No_page_of_operators_scrolls_sideways_or_shuts_anybody_out(int width, bool isDark)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        await product.SendAsync(Some.To("ada@example.org"), new { send_at = product.Clock.GetUtcNow().AddHours(20).ToUnixTimeSeconds() });
        var policy = new
        {
            text = $"defaults: {{ retry: {{ schedule: [9m] }} }}\n# {new string('x', 300)}\n",
            follows = 0,
            reason = "They are slow",
        };
        Assert.Equal(201, (await product.AsOperatorAsync("POST", "/api/admin/policy", policy)).Status);
        var suspension = new
        {
            provider = "mx.example.org",
            lasts = "30m",
            reason = "Asked",
        };
        Assert.Equal(201, (await product.AsOperatorAsync("POST", "/api/admin/suspensions", suspension)).Status);
        var page = await chromium.OpenAsync(width, isDark, canBeInspected: true);
        await page.SignInAsOperatorAsync(product);
        foreach (var path in (string[])["queue", "policy"])
        {
            await page.GoAsync(product, path);
            Assert.Empty(await page.FaultsAsync(path, width, isDark));
        }
        await page.Context.CloseAsync();
    }

    private static CurrentPolicy Policy(Product product) => product.Services.GetRequiredService<CurrentPolicy>();

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();

    private static Task ClickAsync(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private static Task InForceAsync(Product product, Func<DeliveryPolicy, bool> isSo) =>
        Patience.UntilAsync(
            () =>
            {
                product.Clock.Advance(TimeSpan.FromMilliseconds(200));
                return Task.FromResult(isSo(Policy(product).Value));
            },
            "The policy is not in force"
        );
}
