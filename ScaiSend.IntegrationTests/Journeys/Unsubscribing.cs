using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A recipient says what mail it wants: by its mail program's button, and on the page.</summary>
public sealed class Unsubscribing
{
    private const string Ada = "ada@example.org";

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_mail_programs_button_unsubscribes_without_a_page(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (id, emailId) = await product.DeliverAsync(Ada);
        var link = await LinkAsync(product, emailId, groupId: null);

        // RFC 8058 §3.1 allows both kinds of form.
        var first = await product.VisitAsync("POST", link, body: MailVisits.Form(("List-Unsubscribe", "One-Click")));
        var second = await product.VisitAsync(
            "POST",
            link,
            body: new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } }
        );

        Assert.Equal((200, ""), (first.Status, first.Text));
        Assert.Equal((200, ""), (second.Status, second.Text));
        var told = Assert.Single(await product.EventsAsync(id, "unsubscribe", 1)).GetProperty("metadata");
        Assert.Equal(MailVisits.Browser, told.GetProperty("user_agent").GetString());
        var next = await product.SendAsync(Some.To(Ada));
        Assert.Equal(
            "Unsubscribed Address",
            (await product.EmailInStateAsync(next, "Dropped")).LastEvent().GetProperty("reason").GetString()
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_recipient_leaves_a_group_and_comes_back(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (news, offers) = (await GroupAsync(product, "News & <b>more</b>"), await GroupAsync(product, "Offers"));
        var (id, emailId) = await product.DeliverAsync(
            Ada,
            new { asm = new { group_id = news, groups_to_display = new[] { offers, news } } }
        );
        var link = await LinkAsync(product, emailId, news);

        var page = await product.VisitAsync("GET", link);
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Contains("News &amp; &lt;b&gt;more&lt;/b&gt;", page.Text, StringComparison.Ordinal);
        Assert.Contains("Offers", page.Text, StringComparison.Ordinal);
        Assert.Contains("<strong>a•••@example.org</strong>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Ada, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("resubscribe_group", page.Text, StringComparison.Ordinal);

        var left = await product.VisitAsync(
            "POST",
            link,
            body: MailVisits.Form(("action", "unsubscribe_group"), ("group_id", $"{offers}"))
        );
        Assert.Contains("role=\"status\"", left.Text, StringComparison.Ordinal);
        Assert.Contains("Done. You are unsubscribed from <bdi>Offers</bdi>.", left.Text, StringComparison.Ordinal);
        var again = await product.VisitAsync(
            "POST",
            link,
            body: MailVisits.Form(("action", "unsubscribe_group"), ("group_id", $"{offers}"))
        );
        Assert.Contains("You were unsubscribed from <bdi>Offers</bdi> already.", again.Text, StringComparison.Ordinal);
        Assert.Contains("resubscribe_group", (await product.VisitAsync("GET", link)).Text, StringComparison.Ordinal);

        var kept = await product.SendAsync(Some.To(Ada), new { asm = new { group_id = offers } });
        Assert.Equal(
            "Unsubscribed Address",
            (await product.EmailInStateAsync(kept, "Dropped")).LastEvent().GetProperty("reason").GetString()
        );

        var back = await product.VisitAsync(
            "POST",
            link,
            body: MailVisits.Form(("action", "resubscribe_group"), ("group_id", $"{offers}"))
        );
        Assert.Contains("Done. You will receive <bdi>Offers</bdi> again.", back.Text, StringComparison.Ordinal);
        await product.DeliverAsync(Ada, new { asm = new { group_id = offers } });

        var told = Assert.Single(await product.EventsAsync(id, "group_unsubscribe", 1)).GetProperty("metadata");
        Assert.Equal(offers, told.GetProperty("group_id").GetInt32());
        await product.EventsAsync(id, "group_resubscribe", 1);
        await product.EventsAsync(id, "unsubscribe", 0);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_link_works_when_its_mail_is_long_gone(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var group = await GroupAsync(product, "News");
        var link = await LinkAsync(product, Ids.New(product.Clock), group);

        Assert.Contains("News", (await product.VisitAsync("GET", link)).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await product.VisitAsync("POST", link, body: MailVisits.Form(("List-Unsubscribe", "One-Click")))).Status);
        Assert.True(await IsOnAsync(product, SuppressionList.Group));
        await product.VisitAsync("POST", link, body: MailVisits.Form(("action", "resubscribe_group"), ("group_id", $"{group}")));
        Assert.False(await IsOnAsync(product, SuppressionList.Group));
        await product.VisitAsync("POST", link, body: MailVisits.Form(("action", "unsubscribe_all")));
        Assert.True(await IsOnAsync(product, SuppressionList.GlobalUnsubscribes));

        var page = await product.VisitAsync("GET", link);
        Assert.Contains("You are unsubscribed from all email of this sender.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_button_of_a_mail_whose_group_is_gone_ends_all_mail()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var link = await LinkAsync(product, Ids.New(product.Clock), groupId: 4711);

        Assert.Equal(200, (await product.VisitAsync("POST", link, body: MailVisits.Form(("List-Unsubscribe", "One-Click")))).Status);

        Assert.True(await IsOnAsync(product, SuppressionList.GlobalUnsubscribes));
    }

    [Fact]
    public async Task What_is_not_understood_changes_nothing()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var (group, other) = (await GroupAsync(product, "News"), await GroupAsync(product, "Another"));
        var link = await LinkAsync(product, Ids.New(product.Clock), group);

        foreach (var path in new[] { link[..^1], $"{link}A", $"{link[..30]}{(link[30] == 'A' ? 'B' : 'A')}{link[31..]}", "/t/u/x" })
        {
            var page = await product.VisitAsync("GET", path);
            Assert.Equal((404, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
            Assert.Equal(404, (await product.VisitAsync("HEAD", path)).Status);
            Assert.Equal(404, (await product.VisitAsync("POST", path, body: MailVisits.Form(("List-Unsubscribe", "One-Click")))).Status);
        }
        foreach (
            var body in new HttpContent?[]
            {
                null,
                MailVisits.Form(),
                MailVisits.Form(("action", "delete_all")),
                MailVisits.Form(("action", "unsubscribe_group")),
                MailVisits.Form(("action", "unsubscribe_group"), ("group_id", "News")),
                MailVisits.Form(("action", "unsubscribe_group"), ("group_id", $"{other}")),
                MailVisits.Form(("List-Unsubscribe", "Maybe")),
                MailVisits.Form(("action", "unsubscribe_all"), ("padding", new string('a', 9000))),
                MailVisits.Form([.. Enumerable.Range(0, 100).Select(n => ($"f{n}", "")), ("action", "unsubscribe_all")]),
                new StringContent("""{"action":"unsubscribe_all"}""", new MediaTypeHeaderValue("application/json")),
                new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nunsub"u8.ToArray())
                {
                    Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") },
                },
            }
        )
            Assert.Equal(400, (await product.VisitAsync("POST", link, body: body)).Status);
        // Scanners follow links.
        var whole = await product.VisitAsync("GET", link);
        var head = await product.VisitAsync("HEAD", link);
        Assert.Equal((200, 200, ""), (whole.Status, head.Status, head.Text));
        Assert.Equal(Fields(whole), Fields(head));

        Assert.False(await IsOnAsync(product, SuppressionList.Group));
        Assert.False(await IsOnAsync(product, SuppressionList.GlobalUnsubscribes));
    }

    [Theory]
    [InlineData("nl-NL", "nl", "E-mailvoorkeuren")]
    [InlineData("de", "de", "E-Mail-Einstellungen")]
    [InlineData("fr", "en", "Email preferences")]
    public async Task The_page_speaks_the_readers_language_and_lets_nothing_run(string asked, string language, string title)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        const string landing =
            """{"subscription_tracking_landing_html":"<h2>Shop</h2><script>alert(1)</script><form action='https://evil.test'>"}""";
        var tenant = Ids.Show(Ids.Tenant, await product.TenantIdAsync());
        Assert.Equal(200, (await product.CallAsync("PUT", $"/api/admin/tenants/{tenant}/tracking", product.LiveKey, landing)).Status);

        var page = await product.VisitAsync("GET", await LinkAsync(product, Ids.New(product.Clock), null), language: asked);

        Assert.Contains($"<html lang=\"{language}\">", page.Text, StringComparison.Ordinal);
        Assert.Contains($"<title>{title}</title>", page.Text, StringComparison.Ordinal);
        Assert.Equal(language, page.Header("Content-Language"));
        Assert.Contains("<h2>Shop</h2>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.test", page.Text, StringComparison.Ordinal);
        var policy = page.Header("Content-Security-Policy");
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.Equal(
            ("no-store", "no-referrer", "noindex, nofollow", "nosniff"),
            (
                page.Header("Cache-Control"),
                page.Header("Referrer-Policy"),
                page.Header("X-Robots-Tag"),
                page.Header("X-Content-Type-Options")
            )
        );
    }

    // RFC 9110 §9.3.2: but for those that come of the content being written.
    private static IEnumerable<KeyValuePair<string, string>> Fields(Visited visited) =>
        visited.Headers.Where(field => field.Key is not ("Date" or "Transfer-Encoding")).OrderBy(field => field.Key);

    private static async Task<string> LinkAsync(Product product, Guid emailId, int? groupId) =>
        $"/t/u/{product.Tokens().UnsubscribeToken(emailId, await product.TenantIdAsync(), Ada, groupId)}";

    private static async Task<int> GroupAsync(Product product, string name)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(new { name, description = "Once a month" });
        return (await product.CallAsync("POST", "/v3/asm/groups", product.LiveKey, body)).Json.GetProperty("id").GetInt32();
    }

    private static async Task<bool> IsOnAsync(Product product, SuppressionList list)
    {
        var check = new SuppressionCheck(product.Services.GetRequiredService<MailDatabase>());
        var found = await check.FindAsync([(await product.TenantIdAsync(), Ada)], TestContext.Current.CancellationToken);
        return found[0].Any(on => on.List == list);
    }
}
