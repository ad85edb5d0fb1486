using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using ScaiSend.Contracts.Tracking;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed partial class TrackedMail
{
    private const string Html = "<html><body><a href=\"https://shop.example/?a=1&amp;b=2\">Shop</a></body></html>";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Every_recipient_has_a_pixel_and_links_of_its_own_unless_the_request_says_no(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, sink);

        var id = await product.SendAsync(
            Some.To("ada@example.org", "bob@example.org"),
            new { content = Contents("See https://shop.example/") }
        );
        var message = await product.MessageWhenAsync(id, m => m.Text("status") == "delivered", "delivered");
        var emails = message.GetProperty("emails").EnumerateArray().ToDictionary(e => e.Text("to_email"), EmailId);
        var tokens = product.Services.GetRequiredService<TrackingTokens>();
        foreach (var sunk in await sink.Received(2))
        {
            var (html, emailId) = (Parsed(sunk).HtmlBody!, emails[sunk.Recipients.Single()]);
            var link = ClickLink().Match(html);
            Assert.True(tokens.TryReadClick(link.Groups["token"].Value, "https://shop.example/?a=1&b=2", out var clicked));
            Assert.Equal(new TrackedLink(emailId, false, 0), clicked);
            Assert.Equal("https://shop.example/?a=1&b=2", Uri.UnescapeDataString(link.Groups["url"].Value));
            Assert.True(tokens.TryReadOpen(Pixel().Match(html).Groups["token"].Value, out var opened));
            Assert.Equal(emailId, opened);
            Assert.EndsWith("\"></body></html>", html.TrimEnd(), StringComparison.Ordinal);
            Assert.Equal("See https://shop.example/", Parsed(sunk).TextBody!.TrimEnd());
        }

        await product.SendAsync(
            Some.To("cid@example.org"),
            new
            {
                content = Contents(),
                tracking_settings = new { click_tracking = new { enable = false }, open_tracking = new { enable = false } },
            }
        );
        Assert.Equal(Html, Parsed((await sink.Received(3))[2]).HtmlBody!.TrimEnd());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_template_goes_before_the_tenant_and_the_request_before_both(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, sink);
        await SetAsync(
            product,
            """{"open_tracking_enabled":false,"click_tracking_enabled":false,"ganalytics_utm_source":"tenant","ganalytics_enabled":true}"""
        );
        var (template, _) = await product.TemplateAsync(
            new
            {
                subject = "S",
                html_content = "<a href=\"https://shop.example/\">{{x}}</a>",
                tracking_settings = new { click_tracking = new { enable = true }, ganalytics = new { utm_medium = "template" } },
            }
        );

        await product.SendAsync(Some.To("ada@example.org"), new { content = Contents() });
        Assert.Contains(
            "<a href=\"https://shop.example/?a=1&amp;b=2&amp;utm_source=tenant\">",
            Parsed((await sink.Received(1))[0]).HtmlBody,
            StringComparison.Ordinal
        );
        await product.SendAsync(Some.To("bob@example.org"), new { template_id = template, content = (object?)null });
        Assert.Equal("https://shop.example/?utm_source=tenant&utm_medium=template", LinkOf((await sink.Received(2))[1]));
        await product.SendAsync(
            Some.To("cid@example.org"),
            new
            {
                template_id = template,
                content = (object?)null,
                tracking_settings = new { ganalytics = new { utm_source = "request" } },
            }
        );
        Assert.Equal("https://shop.example/?utm_source=request&utm_medium=template", LinkOf((await sink.Received(3))[2]));
        Assert.All(sink.Mails, mail => Assert.DoesNotContain("/t/o/", Parsed(mail).HtmlBody!, StringComparison.Ordinal));

        // What a link says itself stays, whoever else says something.
        await product.SendAsync(
            Some.To("dan@example.org"),
            new
            {
                content = new[]
                {
                    new
                    {
                        type = "text/html",
                        value = "<a href=\"https://shop.example/?utm_source=own&amp;UTM_Medium=&amp;a=1#top\">x</a>",
                    },
                },
                tracking_settings = new
                {
                    click_tracking = new { enable = true },
                    ganalytics = new { utm_medium = "request", utm_campaign = "spring sale" },
                },
            }
        );
        Assert.Equal(
            "https://shop.example/?utm_source=own&UTM_Medium=&a=1&utm_campaign=spring%20sale#top",
            LinkOf((await sink.Received(4))[3])
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_next_mail_after_a_change_of_settings_follows_it(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, sink);
        using var other = await product.ServeAlsoAsync();

        for (var sent = 1; sent <= 6; sent++)
        {
            var isOn = sent % 2 == 0;
            // The clock stands, so nothing that was kept for a time would ever be asked again.
            var changed = await other.PatchAsJsonAsync("/v3/tracking_settings/open", new { enabled = isOn }, Stop);
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
            await product.SendAsync(Some.To("ada@example.org"), new { content = Contents() });
            Assert.Equal(isOn, Pixel().IsMatch(Parsed((await sink.Received(sent))[sent - 1]).HtmlBody!));
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_of_a_group_says_how_to_unsubscribe_and_a_mail_to_that_address_does(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(stack, sink);
        await inbound.Product.AddGroupAsync(7);
        var id = await inbound.Product.SendAsync(
            Some.To("ada@example.org"),
            new { asm = new { group_id = 7 }, content = Contents("Leave: <%asm_group_unsubscribe_raw_url%>") }
        );
        var email = await inbound.Product.EmailInStateAsync(id, "Delivered");
        var sunk = (await sink.Received(1))[0];
        var mail = Parsed(sunk);
        var field = Regex.Match(
            mail.Headers["List-Unsubscribe"]!,
            "^<http://127\\.0\\.0\\.1:\\d+/t/u/([A-Za-z0-9_-]+)>, <mailto:([^>]+)>$"
        );
        Assert.True(field.Success, mail.Headers["List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        // RFC 8058 §4: both fields are signed, or no mail program believes them.
        Assert.Contains(
            "List-Unsubscribe:List-Unsubscribe-Post",
            mail.Headers["DKIM-Signature"]!.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains($"/t/u/{field.Groups[1].Value}", mail.TextBody, StringComparison.Ordinal);
        var tokens = inbound.Product.Services.GetRequiredService<TrackingTokens>();
        Assert.True(tokens.TryReadUnsubscribe(field.Groups[1].Value, out var offer));
        Assert.Equal(new UnsubscribeOffer(EmailId(email), await inbound.Product.TenantIdAsync(), "ada@example.org", 7), offer);

        var (template, _) = await inbound.Product.TemplateAsync(
            new
            {
                subject = "S",
                html_content = "<a href=\"{{{unsubscribe}}}\">Leave</a>",
                plain_content = "{{{unsubscribe_preferences}}}",
            }
        );
        await inbound.Product.SendAsync(
            Some.To("ada@example.org"),
            new
            {
                asm = new { group_id = 7 },
                template_id = template,
                content = (object?)null,
            }
        );
        var templated = Parsed((await sink.Received(2))[1]);
        Assert.Matches("^<a href=\"http://127\\.0\\.0\\.1:\\d+/t/u/[A-Za-z0-9_-]+\">Leave</a>\\s*$", templated.HtmlBody);
        Assert.Matches("^http://127\\.0\\.0\\.1:\\d+/t/u/[A-Za-z0-9_-]+\\s*$", templated.TextBody);

        inbound.Product.Clock.Advance(TimeSpan.FromSeconds(1));
        await inbound.HandOverAsync(field.Groups[2].Value, "From: ada@example.org\nSubject: unsubscribe\n\nunsubscribe\n");

        var report = await inbound.ReportWhenAsync(ReportState.Applied);
        Assert.Equal(ReportKind.Unsubscribe, report.Kind);
        var suppression = Assert.Single(await inbound.SuppressionsAsync());
        Assert.Equal((SuppressionList.Group, 7, "ada@example.org"), (suppression.List, suppression.GroupId, suppression.Address));
        Assert.Equal("group_unsubscribe", (await inbound.Product.EmailInStateAsync(id, "Delivered")).LastEvent().Text("type"));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Images_of_the_tenant_are_shown_by_url_or_travel_in_the_mail(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        using var other = await product.ClientOfAnotherTenantAsync();
        var png = Pictures.Of("image/png", 40, 20);
        var mine = (await product.UploadAsync(png)).Text("id");
        using var form = Uploads.Form(png);
        var theirs = (await (await other.PostAsync("/v3/images", form, Stop)).Content.ReadAsStringAsync(Stop)).Split("img_")[1][..32];
        var html = $"<p><img src=\"{mine}\"><img src='/i/img_{theirs}'><img src={mine} alt=again></p>";
        var url = $"http://{product.Settings["Http:Listen"]}/i/";

        await product.SendAsync(Some.To("ada@example.org"), new { content = new[] { new { type = "text/html", value = html } } });
        var shown = $"<p><img src=\"{url}{mine}\"><img src='{url}img_{theirs}'><img src={url}{mine} alt=again></p>";
        Assert.Equal(shown, Parsed((await sink.Received(1))[0]).HtmlBody!.TrimEnd());

        await SetAsync(product, """{"image_embed_mode":"cid"}""");
        await product.SendAsync(Some.To("bob@example.org"), new { content = new[] { new { type = "text/html", value = html } } });
        var mail = Parsed((await sink.Received(2))[1]);
        Assert.Equal(
            $"<p><img src=\"cid:{mine}\"><img src='{url}img_{theirs}'><img src=cid:{mine} alt=again></p>",
            mail.HtmlBody!.TrimEnd()
        );
        var part = Assert.IsType<MimePart>(Assert.Single(Assert.IsType<MultipartRelated>(mail.Body), p => p is not TextPart));
        Assert.Equal((mine, "image/png"), (part.ContentId, part.ContentType.MimeType));
        using var bytes = new MemoryStream();
        await part.Content!.DecodeToAsync(bytes, Stop);
        Assert.Equal(png, bytes.ToArray());

        await product.Http.DeleteAsync($"/v3/images/{mine}", Stop);
        await product.SendAsync(Some.To("cid@example.org"), new { content = new[] { new { type = "text/html", value = html } } });
        Assert.Equal(shown, Parsed((await sink.Received(3))[2]).HtmlBody!.TrimEnd());
    }

    private static Task<Product> StartAsync(Stack stack, SmtpSink sink) =>
        Product.StartAsync(
            stack,
            sink.Address,
            new Dictionary<string, string?>
            {
                ["Tracking:OpenByDefault"] = "true",
                ["Tracking:ClickByDefault"] = "true",
                ["Http:PublicUrl"] = "https://mail.example.net",
            }
        );

    private static object[] Contents(string text = "A text.") =>
        [new { type = "text/plain", value = text }, new { type = "text/html", value = Html }];

    private static async Task SetAsync(Product product, string tracking)
    {
        var path = $"/api/admin/tenants/{Contracts.Ids.Show(Contracts.Ids.Tenant, await product.TenantIdAsync())}/tracking";
        var answer = await product.CallAsync("PUT", path, product.LiveKey, tracking);
        Assert.True(answer.Status == 200, answer.Body);
    }

    private static string LinkOf(SunkMail mail) => Uri.UnescapeDataString(ClickLink().Match(Parsed(mail).HtmlBody!).Groups["url"].Value);

    private static Guid EmailId(System.Text.Json.JsonElement email) =>
        Contracts.Ids.TryRead(Contracts.Ids.Email, email.Text("id"), out var id) ? id : throw new FormatException(email.ToString());

    private static MimeMessage Parsed(SunkMail mail) => MimeMessage.Load(new MemoryStream(mail.Bytes), Stop);

    [GeneratedRegex("\"https://mail\\.example\\.net/t/c/(?<token>[A-Za-z0-9_-]+)\\?u=(?<url>[^\"]+)\"")]
    private static partial Regex ClickLink();

    [GeneratedRegex("\"https://mail\\.example\\.net/t/o/(?<token>[A-Za-z0-9_-]+)\\.gif\"")]
    private static partial Regex Pixel();
}
