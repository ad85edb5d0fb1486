using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Stats;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Stats;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The pages of keys, webhooks, statistics and the ledger as people see them: light and dark, wide and narrow, with a screen reader, and with hostile names.</summary>
public sealed partial class ShownPrograms(Chromium chromium)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1280, false)]
    [InlineData(360, true)]
    public async Task No_page_scrolls_sideways_or_shuts_anybody_out(int width, bool isDark)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        await AddMailAsync(product);
        await product.AddPersonAsync("empty@example.org", await product.AddTenantAsync(), Platform.Storage.Identity.Rank.SuperAdmin);
        var key = await AddKeysAsync(product);
        var (failing, disabled, batch) = await AddWebhooksAsync(product);
        await AddNumbersAsync(product, await product.TenantIdAsync());
        product.Clock.Advance(TimeSpan.FromMinutes(3));
        var page = await chromium.OpenAsync(width, isDark, canBeInspected: true);
        var wrong = new List<string>();
        await page.SignInAsync(product);
        foreach (
            var (name, path) in ((string, string)[])
                [
                    ("keys", "keys?revoked=1"),
                    ("new-key", "keys/new"),
                    ("key", $"keys/{key}"),
                    ("revoke", $"keys/{key}/revoke"),
                    ("webhooks", "webhooks"),
                    ("new-webhook", "webhooks/new"),
                    ("new-webhook-sendgrid", "webhooks/new?format=sendgrid"),
                    ("webhook", $"webhooks/{failing}"),
                    ("webhook-disabled", $"webhooks/{disabled}"),
                    ("webhook-sendgrid", $"webhooks/{batch}"),
                    ("webhook-change", $"webhooks/{batch}/change"),
                    ("webhook-delete", $"webhooks/{batch}/delete"),
                    ("test", $"webhooks/{failing}/test"),
                    ("secret", $"webhooks/{failing}/secret"),
                    ("replay-form", $"webhooks/{failing}/replay"),
                    ("stats", "stats"),
                    ("stats-90", "stats?days=90"),
                ]
        )
        {
            await page.GoAsync(product, path);
            await CheckAsync(name);
        }
        await page.GoAsync(product, "stats?days=7");
        await page.GetByText("The numbers as a table").ClickAsync();
        await CheckAsync("stats-table");
        // A wrong form.
        await page.GoAsync(product, "keys/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        await CheckAsync("key-trouble");
        await page.Locator("input[value='mail.send']").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        await CheckAsync("key-once", isPicture: false);
        await page.Context.CloseAsync();

        page = await chromium.OpenAsync(width, isDark, canBeInspected: true);
        await page.SignInAsync(product, "empty@example.org");
        foreach (
            var (name, path) in ((string, string)[])
                [("no-keys", "keys"), ("no-webhooks", "webhooks"), ("no-stats", "stats"), ("ledger", "ledger?back=24h")]
        )
        {
            await page.GoAsync(product, path);
            await CheckAsync(name);
        }
        await BreakAsync(product);
        await page.GoAsync(product, "ledger");
        await CheckAsync("ledger-broken");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await page.Context.CloseAsync();

        async Task CheckAsync(string name, bool isPicture = true)
        {
            wrong.AddRange(await page.FaultsAsync(name, width, isDark, isPicture));
            if (Leftover().Match(await page.Locator("main").InnerTextAsync()) is { Success: true } code)
                wrong.Add($"{name} shows code: {code.Value}");
        }
    }

    [Fact]
    public async Task Names_that_were_written_to_do_harm_are_text()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var made = await product.CallAsync(
            "POST",
            "/v3/api_keys",
            product.LiveKey,
            JsonSerializer.Serialize(new { name = PageFaults.Hostile })
        );
        Assert.Equal(201, made.Status);
        var webhook = await product.AddWebhookAsync(
            "https://example.com/",
            WebhookKind.Batch,
            change: w =>
            {
                w.FriendlyName = PageFaults.Hostile;
                w.OAuthClientId = PageFaults.Hostile;
            }
        );
        await using (var db = product.Services.GetRequiredService<MailDatabase>().For(webhook.TenantId))
        {
            db.WebhookPosts.Add(
                new WebhookPost
                {
                    Id = Ids.New(product.Clock),
                    EndpointId = webhook.Id,
                    TenantId = webhook.TenantId,
                    At = product.Clock.GetUtcNow(),
                    Status = 500,
                    Answer = Encoding.UTF8.GetBytes(PageFaults.Hostile),
                }
            );
            var today = DateOnly.FromDateTime(product.Clock.GetUtcNow().UtcDateTime).DayNumber;
            db.Add(Day(webhook.TenantId, StatsDimension.Category, today, PageFaults.Hostile, 1));
            db.Add(Day(webhook.TenantId, StatsDimension.All, today, "", 1));
            await db.SaveChangesAsync(Stop);
        }
        var page = await chromium.OpenAsync();
        await page.SignInAsync(product);

        foreach (
            var path in (string[])
                [
                    "keys",
                    $"keys/{made.Text("id")}",
                    $"keys/{made.Text("id")}/revoke",
                    "webhooks",
                    $"webhooks/{Ids.Show(Ids.Webhook, webhook.Id)}",
                    $"webhooks/{Ids.Show(Ids.Webhook, webhook.Id)}/change",
                    $"webhooks/{Ids.Show(Ids.Webhook, webhook.Id)}/replay",
                    "stats",
                ]
        )
        {
            await page.GoAsync(product, path);
            Assert.Equal(0, await page.Locator("main img, main script, main b").CountAsync());
            Assert.False(await page.EvaluateAsync<bool>("'hacked' in window"), path);
            Assert.Contains(
                "<script>window.hacked=1</script>",
                WebUtility.HtmlDecode(await page.Locator("main").InnerHTMLAsync()),
                StringComparison.Ordinal
            );
        }
        await page.Context.CloseAsync();
    }

    private static async Task<string> AddKeysAsync(Product product)
    {
        var ids = new List<string>();
        foreach (
            var (name, environment, scopes) in ((string, string, string[])[])
                [
                    ("Newsletter, until spring", "live", ["mail.send"]),
                    (
                        "Staging",
                        "test",
                        ["mail.send", "mail.schedule", "templates.read", "webhooks.read", "stats.read", "suppressions.read"]
                    ),
                    (
                        "Shop, production, with a name that somebody has made long enough to need two lines",
                        "live",
                        ["mail.send", "templates.read"]
                    ),
                ]
        )
        {
            var made = await product.CallAsync(
                "POST",
                "/v3/api_keys",
                product.LiveKey,
                JsonSerializer.Serialize(
                    new
                    {
                        name,
                        environment,
                        scopes,
                    }
                )
            );
            Assert.Equal(201, made.Status);
            ids.Add(made.Text("id"));
        }
        Assert.Equal(204, (await product.CallAsync("DELETE", $"/v3/api_keys/{ids[0]}", product.LiveKey)).Status);
        return ids[2];
    }

    private static async Task<(string Failing, string Disabled, string Batch)> AddWebhooksAsync(Product product)
    {
        var now = product.Clock.GetUtcNow();
        var failing = await product.AddWebhookAsync(
            "https://shop.example.com/hooks/mail/with/a/path/that/goes/on?and=has&a=query&that=is&longer=than&most=are",
            events: "delivered bounce dropped",
            change: w => (w.FailureCount, w.LastSuccessAt, w.LastFailureAt) = (2, now.AddMinutes(-9), now)
        );
        await WebhookPageTests.AddPostsAsync(product, failing, 12, now.AddMinutes(5));
        var disabled = await product.AddWebhookAsync(
            "https://crm.example.com/events",
            change: w => (w.FailureCount, w.LastFailureAt, w.DisabledAt) = (10, now, now)
        );
        var batch = await product.CallAsync(
            "POST",
            "/v3/user/webhooks/event/settings",
            product.LiveKey,
            """{"url":"https://example.com/sendgrid","friendly_name":"Data warehouse","open":true,"click":true}"""
        );
        var path = $"/v3/user/webhooks/event/settings/signed/{batch.Text("id")}";
        Assert.Equal(200, (await product.CallAsync("PATCH", path, product.LiveKey, """{"enabled":true}""")).Status);
        return (Ids.Show(Ids.Webhook, failing.Id), Ids.Show(Ids.Webhook, disabled.Id), batch.Text("id"));
    }

    // Less on Sundays, as it is in life.
    private static async Task AddNumbersAsync(Product product, Guid tenantId)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(tenantId);
        var today = DateOnly.FromDateTime(product.Clock.GetUtcNow().UtcDateTime).DayNumber;
        for (var day = today - 89; day <= today; day++)
        {
            var mails = (1200 + day * 37 % 400) / (day % 7 == 6 ? 4 : 1);
            db.Add(Day(tenantId, StatsDimension.All, day, "", mails));
            foreach (var (name, share) in ((string, int)[])[("receipts", 2), ("newsletter", 3), ("password reset", 9)])
                db.Add(Day(tenantId, StatsDimension.Category, day, name, mails / share));
            foreach (var (name, share) in ((string, int)[])[("Gmail", 2), ("Microsoft", 4), ("Other", 5)])
                db.Add(Day(tenantId, StatsDimension.MailboxProvider, day, name, mails / share));
        }
        await db.SaveChangesAsync(Stop);
    }

    private static DailyStats Day(Guid tenantId, StatsDimension dimension, int day, string name, int mails) =>
        new()
        {
            TenantId = tenantId,
            Dimension = dimension,
            Day = day,
            Name = Encoding.UTF8.GetBytes(name),
            Requests = mails,
            Processed = mails - mails / 60,
            Delivered = mails - mails / 25 - mails / 60,
            Bounces = mails / 35,
            Blocks = mails / 25 - mails / 35,
            Drops = mails / 60,
            Deferred = mails / 12,
            SpamReports = mails / 900,
            Unsubscribes = mails / 300,
            UniqueOpens = mails * (38 + day % 9) / 100,
            UniqueClicks = mails * (9 + day % 5) / 100,
        };

    // Of two tenants: mail that has ended, and mail that waits for its time.
    private static async Task AddMailAsync(Product product)
    {
        using var neighbour = await product.ClientOfAnotherTenantAsync();
        await ExecuteAsync(product, "UPDATE tenants SET slug='acme' WHERE slug LIKE 'other-%'");
        var later = new { send_at = product.Clock.GetUtcNow().AddHours(9).ToUnixTimeSeconds() };
        foreach (var (client, mails) in ((HttpClient, int)[])[(product.Http, 14), (neighbour, 6)])
            for (var i = 0; i < mails; i++)
            {
                var recipients = Enumerable.Range(0, 1 + i % 5).Select(j => $"{(i % 6 == 0 ? "waits" : "done")}-{i}-{j}@example.org");
                using var sent = await client.PostAsJsonAsync("/v3/mail/send", Some.Request(Some.To([.. recipients]), later), Stop);
                Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
            }
        await ExecuteAsync(product, "UPDATE emails SET state=6,lane=0,due_at=NULL WHERE recipient LIKE 'done-%'");
    }

    private static Task BreakAsync(Product product) => ExecuteAsync(product, "DELETE FROM emails WHERE recipient='done-4-2@example.org'");

    private static async Task ExecuteAsync(Product product, string sql)
    {
        await using var connection = await product.Services.GetRequiredService<MailDatabase>().OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync(Stop));
    }

    // What Razor took for text.
    [GeneratedRegex(@"@(?:if|else|foreach|Model|\()\W.*|[{}]")]
    private static partial Regex Leftover();
}
