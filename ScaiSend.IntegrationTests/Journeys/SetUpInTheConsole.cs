using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MimeKit;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Somebody of a tenant sets up its mail in the console with a browser, and helps a recipient.</summary>
public sealed class SetUpInTheConsole(Chromium chromium)
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_domain_is_published_a_template_written_and_an_address_taken_off_its_list(Stack stack)
    {
        await using var dns = DnsResponder.Start();
        await using var sink = SmtpSink.Start();
        sink.Answer("grace@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            new Dictionary<string, string?> { ["Delivery:Dns"] = dns.Address }
        );
        await product.AddPersonAsync(roles: "admin");
        var page = await chromium.OpenAsync();
        await page.SignInAsync(product);

        await PublishAsync(page, product, dns);
        var template = await WriteAsync(page);

        var bounced = await SendAsync(product, template);
        await product.EmailInStateAsync(bounced, "Bounced");
        await TakeOffAsync(page, bounced);

        await product.EmailInStateAsync(await SendAsync(product, template), "Delivered");
        var mail = Assert.Single(sink.Mails);
        using var bytes = new MemoryStream(mail.Bytes);
        var parsed = await MimeMessage.LoadAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal(("Good day, Grace", "grace@example.org"), (parsed.Subject, Assert.Single(mail.Recipients)));
        Assert.Contains("Your order is <b>4711</b>", parsed.HtmlBody, StringComparison.Ordinal);
        Assert.Contains(parsed.Headers, header => header.Field == "DKIM-Signature" && header.Value.Contains("d=shop.example.com;"));

        await page.GetByRole(AriaRole.Link, new() { Name = "Audit log" }).ClickAsync();
        var log = await TextAsync(page);
        foreach (var action in (string[])["domain add", "template add", "template change", "suppression remove"])
            Assert.Contains(action, log, StringComparison.Ordinal);
        Assert.Contains("They wrote to us", log, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    // Adds a domain, sees what DNS lacks, publishes what the page shows, and sees that it is found.
    private static async Task PublishAsync(IPage page, Product product, DnsResponder dns)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Sender domains" }).ClickAsync();
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("shop.example.com");
        await page.GetByLabel("Reports of receivers go to").FillAsync("dmarc@example.com");
        await ClickAsync(page, "Add it");
        await page.GetByText("shop.example.com was added").WaitForAsync();
        Assert.Contains("not checked yet", await TextAsync(page), StringComparison.Ordinal);

        await ClickAsync(page, "Check now");
        await page.GetByText("2 records are not as they should be").WaitForAsync();
        Assert.Contains("There is no TXT record at this name yet", await TextAsync(page), StringComparison.Ordinal);
        var records = page.Locator(".record");
        Assert.Equal(2, await records.CountAsync());
        foreach (var record in await records.AllAsync())
        {
            var values = await record.Locator("dd.mono").AllInnerTextsAsync();
            // The second one has a slip of the pen at first.
            var isDmarc = values[1].StartsWith("_dmarc.", StringComparison.Ordinal);
            dns.Forget(values[1]).HasText(values[1], isDmarc ? "v=DMARC1; p=maybe" : values[2]);
        }
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        await ClickAsync(page, "Check now");
        await page.GetByText("one record is not as it should be").WaitForAsync();
        Assert.Contains("p=maybe", await page.Locator(".found").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("domain");

        dns.Forget("_dmarc.shop.example.com").HasText("_dmarc.shop.example.com", "v=DMARC1; p=none; rua=mailto:dmarc@example.com");
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        await ClickAsync(page, "Check now");
        await page.GetByText("all records are as they should be").WaitForAsync();
        Assert.Contains("Mail may be sent", await page.Locator(".answer").InnerTextAsync(), StringComparison.Ordinal);
        // The door looks again at what it has found before.
        product.Clock.Advance(TimeSpan.FromSeconds(5));
    }

    // Writes a template while the preview follows, and makes it active; answers its id.
    private static async Task<string> WriteAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Templates" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Order confirmation");
        await ClickAsync(page, "Write it");
        await page.WaitForURLAsync(new Regex("/console/templates/d-[0-9a-f]{32}/versions/new$"));
        var id = Regex.Match(page.Url, "d-[0-9a-f]{32}").Value;
        var preview = page.FrameLocator("[data-preview] iframe:not(.coming)");
        await preview.GetByText("Welcome, Ada").First.WaitForAsync();

        await page.GetByLabel("Subject", new() { Exact = true }).FillAsync("Good day, {{name}}");
        await preview.GetByText("Good day, Ada").WaitForAsync();
        await page.GetByLabel("HTML", new() { Exact = true })
            .FillAsync("<p>Dear {{name}},</p>\n{{#if order}}<p>Your order is <b>{{order}}</b></p>");
        await preview.GetByText("The HTML, line 2").WaitForAsync();
        await ClickAsync(page, "Save");
        await page.GetByText("It is not saved:").WaitForAsync();
        Assert.Equal("Good day, {{name}}", await page.GetByLabel("Subject", new() { Exact = true }).InputValueAsync());

        await page.GetByLabel("HTML", new() { Exact = true })
            .FillAsync("<p>Dear {{name}},</p>\n{{#if order}}<p>Your order is <b>{{order}}</b>, {{mood}}</p>{{/if}}");
        await page.GetByLabel("Test data").FillAsync("""{"name": "Ada", "order": 12}""");
        await preview.GetByText("The test data lacks mood").WaitForAsync();
        Assert.Contains(
            "Your order is <b>12</b>",
            await preview.Locator("iframe.preview").GetAttributeAsync("srcdoc"),
            StringComparison.Ordinal
        );
        await page.GetByLabel("HTML", new() { Exact = true })
            .FillAsync("<p>Dear {{name}},</p>\n{{#if order}}<p>Your order is <b>{{order}}</b></p>{{/if}}");
        await preview.GetByText("The test data lacks").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ClickAsync(page, "Save and make active");
        await page.GetByText("It is saved and active").WaitForAsync();
        await preview.GetByText("Good day, Ada").WaitForAsync();
        await page.PictureAsync("template");
        return id;
    }

    // Finds the recipient on the list of bounces, sees why, and takes the address off.
    private static async Task TakeOffAsync(IPage page, string bounced)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Suppressions" }).ClickAsync();
        await page.GetByLabel("Whole address, on all lists").FillAsync("Grace@Example.org");
        await ClickAsync(page, "Find");
        var row = page.Locator("tbody tr");
        Assert.Contains("Bounces", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("no such user", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal($"messages/{bounced}", await row.GetByText("The message that caused it").GetAttributeAsync("href"));
        await page.PictureAsync("suppressions");

        await row.GetByRole(AriaRole.Link, new() { Name = "Take off" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("They wrote to us");
        await ClickAsync(page, "Take off the list");
        await page.GetByText("is off the list “Bounces”").WaitForAsync();
        await page.GetByText("is on no list").WaitForAsync();
    }

    private static Task<string> SendAsync(Product product, string template) =>
        product.SendAsync(
            new { to = new[] { new { email = "grace@example.org" } }, dynamic_template_data = new { name = "Grace", order = 4711 } },
            new
            {
                template_id = template,
                from = new { email = "orders@shop.example.com" },
                subject = (string?)null,
                content = (string?)null,
            }
        );

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();

    private static Task ClickAsync(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
