using System.Net;
using Microsoft.Playwright;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The pages of lists, domains, templates and the audit log as people see them: light and dark, wide and narrow, and with names that were chosen to do harm.</summary>
public sealed class ShownSettings(Chromium chromium)
{
    [Theory]
    [InlineData(1280, false)]
    [InlineData(360, true)]
    public async Task No_page_of_settings_scrolls_sideways_or_shuts_anybody_out(int width, bool isDark)
    {
        await using var dns = DnsResponder.Start();
        await using var product = await StartAsync(dns);
        var domain = await AddAsync(
            product,
            "/api/admin/domains",
            """{"domain":"a-rather-long-name-of-a-shop.example.com","custom_return_path":true,"ed25519":true,"dmarc_rua_email":"d@example.com"}"""
        );
        dns.HasText("_dmarc.a-rather-long-name-of-a-shop.example.com", "v=DMARC1; p=maybe");
        await product.CallAsync("POST", $"/api/admin/domains/{domain}/verify", product.LiveKey);
        var listed = await ListAsync(product);
        var (template, version) = await product.TemplateAsync(
            new
            {
                subject = "Your order {{number}}",
                html_content = $"<h1>Dear {{{{name}}}}</h1>\n<p>{new string('x', 300)}</p>",
                test_data = """{"name":"Ada"}""",
            }
        );
        var page = await chromium.OpenAsync(width, isDark, canBeInspected: true);
        await page.SignInAsync(product);
        var wrong = new List<string>();
        foreach (
            var (name, path) in ((string, string)[])
                [
                    ("suppressions", "suppressions"),
                    ("suppressed", "suppressions?address=ada@example.org"),
                    ("suppressed-not", "suppressions?address=nobody@example.org"),
                    ("suppression-remove", $"suppressions/{listed}/remove"),
                    ("domains", "domains"),
                    ("domain", $"domains/{domain}"),
                    ("domain-rotate", $"domains/{domain}/rotate"),
                    ("domain-delete", $"domains/{domain}/delete"),
                    ("templates", "templates"),
                    ("template", $"templates/{template}"),
                    ("version", $"templates/{template}/versions/{version}"),
                    ("version-new", $"templates/{template}/versions/new"),
                    ("version-delete", $"templates/{template}/versions/{version}/delete"),
                    ("audit", "audit"),
                    ("audit-nothing", "audit?target=nothing"),
                ]
        )
        {
            await page.GoAsync(product, path);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            wrong.AddRange(await page.FaultsAsync(name, width, isDark));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    public async Task What_staff_is_asked_and_what_is_wrong_with_a_form_fits_too(int width, bool isDark)
    {
        await using var dns = DnsResponder.Start();
        await using var product = await StartAsync(dns);
        var listed = await ListAsync(product);
        var domain = await AddAsync(product, "/api/admin/domains", """{"domain":"shop.example.com"}""");
        var (template, version) = await product.TemplateAsync(new { subject = "Your order", html_content = "<p>x</p>" });
        var page = await chromium.OpenAsync(width, isDark, canBeInspected: true);
        await page.SignInAsOperatorAsync(product);
        await page.GoAsync(product, "tenant");
        await page.GetByLabel("Tenant", new() { Exact = true }).FillAsync(Cli.Roles.Seed.Slug);
        await page.GetByLabel("Reason").FillAsync("Ticket 4711");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await page.GetByText("You look at the mail of").WaitForAsync();
        var wrong = new List<string>();
        foreach (
            var (name, path, form) in ((string, string, string)[])
                [
                    ("suppressions", "suppressions", "suppressions"),
                    ("suppression-remove", $"suppressions/{listed}/remove", $"suppressions/{listed}/remove"),
                    ("domains", "domains", "domains"),
                    ("domain", $"domains/{domain}", $"domains/{domain}"),
                    ("templates", "templates", "templates"),
                    ("template", $"templates/{template}", $"templates/{template}/rename"),
                    ("version", $"templates/{template}/versions/{version}", $"templates/{template}/versions/{version}"),
                ]
        )
        {
            await page.GoAsync(product, path);
            wrong.AddRange(await page.FaultsAsync($"staff-{name}", width, isDark));
            // As a browser does that checks nothing by itself: no reason is given.
            var answer = await page.RunAndWaitForResponseAsync(
                () => page.EvaluateAsync($"document.querySelector('main form[method=post][action=\"{form}\"]').submit()"),
                response => response.Request.Method == "POST" && response.Url.EndsWith($"/console/{form}", StringComparison.Ordinal)
            );
            Assert.Equal((name, 422), (name, answer.Status));
            await page.GetByRole(AriaRole.Alert).First.WaitForAsync();
            wrong.AddRange(await page.FaultsAsync($"staff-{name}-wrong", width, isDark));
        }
        await page.GoAsync(product, "audit");
        wrong.AddRange(await page.FaultsAsync("staff-audit", width, isDark));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Names_and_wordings_that_were_chosen_to_do_harm_are_text()
    {
        await using var dns = DnsResponder.Start();
        await using var product = await StartAsync(dns);
        var group = (
            await product.Http.CallAsync(
                HttpMethod.Post,
                "/v3/asm/groups",
                HttpStatusCode.Created,
                new { name = PageFaults.Hostile[..30], description = PageFaults.Hostile }
            )
        ).Number("id");
        await product.CallAsync(
            "POST",
            $"/v3/asm/groups/{group}/suppressions",
            product.LiveKey,
            """{"recipient_emails":["ada@example.org"]}"""
        );
        await AddAsync(product, "/v3/suppression/bounces", $$"""{"email":"grace@example.org","reason":{{Json(PageFaults.Hostile)}}}""");
        var domain = await AddAsync(product, "/api/admin/domains", """{"domain":"shop.example.com"}""");
        dns.HasText("scaisend._domainkey.shop.example.com", PageFaults.Hostile)
            .HasText("_dmarc.shop.example.com", $"v=DMARC1; p={PageFaults.Hostile}");
        await product.CallAsync("POST", $"/api/admin/domains/{domain}/verify", product.LiveKey);
        var (template, version) = await product.TemplateAsync(
            new
            {
                name = PageFaults.Hostile,
                subject = PageFaults.Hostile,
                html_content = $"{PageFaults.Hostile}<form action=/console/sign-out><button>x</button></form>",
                test_data = $$"""{"name":{{Json(PageFaults.Hostile)}}}""",
            }
        );
        await product.Http.CallAsync(HttpMethod.Patch, $"/v3/templates/{template}", HttpStatusCode.OK, new { name = PageFaults.Hostile });
        var page = await chromium.OpenAsync();
        await page.SignInAsync(product);

        foreach (
            var path in (string[])
                [
                    "suppressions",
                    "suppressions?address=ada@example.org",
                    $"suppressions?address={Uri.EscapeDataString(PageFaults.Hostile)}",
                    $"domains/{domain}",
                    "templates",
                    $"templates/{template}",
                    $"templates/{template}/versions/{version}",
                    $"templates/{template}/versions/{version}/delete",
                    $"audit?target={Uri.EscapeDataString(PageFaults.Hostile)}&actor={Uri.EscapeDataString(PageFaults.Hostile)}",
                ]
        )
        {
            await page.GoAsync(product, path);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            Assert.Equal(0, await page.Locator("main img, main script, main b").CountAsync());
            Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"), path);
            Assert.Contains("<script>", WebUtility.HtmlDecode(await page.Locator("main").InnerHTMLAsync()), StringComparison.Ordinal);
        }

        // What is written is shown in a frame that may do nothing, within a page that runs nothing.
        await page.GoAsync(product, $"templates/{template}/versions/{version}");
        var preview = page.FrameLocator("[data-preview] iframe:not(.coming)");
        Assert.Equal("", await preview.Locator("iframe.preview").GetAttributeAsync("sandbox"));
        Assert.Equal(0, await preview.Locator("img, script, b").CountAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Without_script_a_button_shows_the_preview_that_is_written()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        await product.AddPersonAsync(roles: "admin");
        var (template, version) = await product.TemplateAsync(new { subject = "S", html_content = "<p>first</p>" });
        var page = await chromium.OpenAsync();
        await page.Context.RouteAsync("**/*.js", route => route.AbortAsync());
        await page.SignInAsync(product, to: $"templates/{template}/versions/{version}");

        await page.GetByLabel("Subject", new() { Exact = true }).FillAsync("A new subject");
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync(),
            response => response.Url.EndsWith("/preview", StringComparison.Ordinal)
        );

        await page.FrameLocator("iframe[name=preview]").GetByText("A new subject").WaitForAsync();
        Assert.Equal(Api.Console.Templates.VersionPageEndpoints.PreviewPolicy, await answer.HeaderValueAsync("content-security-policy"));
        Assert.Equal("A new subject", await page.GetByLabel("Subject", new() { Exact = true }).InputValueAsync());
        await page.Context.CloseAsync();
    }

    private static async Task<Product> StartAsync(DnsResponder dns)
    {
        var product = await Product.StartAsync(
            Stack.Embedded,
            "127.0.0.1:1",
            new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address }
        );
        await product.AddPersonAsync(roles: "admin");
        return product;
    }

    // An address on three lists; answers the entry of one.
    private static async Task<string> ListAsync(Product product)
    {
        await AddAsync(
            product,
            "/v3/suppression/bounces",
            """{"email":"ada@example.org","reason":"550 5.1.1 The email account that you tried to reach does not exist"}"""
        );
        await AddAsync(product, "/v3/suppression/spam_reports", """{"email":"ada@example.org"}""");
        await AddAsync(product, "/v3/suppression/blocks", """{"email":"grace@example.org","reason":"554 5.7.1 Blocked by policy"}""");
        using var ada = await ConsoleCaller.SignInAsync(product);
        return System
            .Text.RegularExpressions.Regex.Match(
                (await ada.GetAsync("/console/suppressions")).Html,
                "suppressions/([0-9a-f]{32}-[0-9-]+)/remove"
            )
            .Groups[1]
            .Value;
    }

    private static async Task<string> AddAsync(Product product, string path, string body)
    {
        var answer = await product.CallAsync("POST", path, product.LiveKey, body);
        Assert.True(answer.Status == 201, answer.Body);
        return answer.Json.TryGetProperty("data", out var data) ? data.Text("id") : "";
    }

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
