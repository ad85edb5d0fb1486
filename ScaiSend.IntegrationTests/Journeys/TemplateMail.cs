using System.Net;
using System.Text.Json.Nodes;
using MimeKit;
using ScaiSend.Api.MailSend;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class TemplateMail
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_dynamic_template_makes_subject_html_and_text(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (template, _) = await product.TemplateAsync(
            new
            {
                subject = "{{name}}'s order {{{no}}}",
                preheader = "It is on its way",
                html_content = "<body><p>Dear {{name}},</p><ul>{{#each items}}<li>{{this}}</li>{{/each}}</ul>{{formatDate at 'YYYY' '+0100'}}</body>",
            }
        );
        var data = new
        {
            name = "Ann & Bo",
            no = "<7>",
            items = new[] { "Tea", "Cups" },
            at = "2026-12-31T23:30:00Z",
        };

        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" }, new { email = "bob@example.org" } }, dynamic_template_data = data },
            Using(template)
        );
        await product.MessageWhenAsync(id, m => m.Text("status") == "delivered", "delivered");

        var mails = (await sink.Received(2)).Select(Parsed).ToList();
        Assert.All(mails, mail => Assert.Equal("Ann &amp; Bo's order <7>", mail.Subject));
        Assert.All(mails, mail => Assert.Equal("Dear Ann & Bo,\n\n* Tea\n* Cups\n\n2027", mail.TextBody!.ReplaceLineEndings("\n").Trim()));
        Assert.All(mails, mail => Assert.Contains("display:none", mail.HtmlBody, StringComparison.Ordinal));
        Assert.All(
            mails,
            mail => Assert.Contains("It is on its way</div><p>Dear Ann &amp; Bo,</p>", mail.HtmlBody, StringComparison.Ordinal)
        );
        var message = await product.MessageAsync(id);
        Assert.Equal((template, "{{name}}'s order {{{no}}}"), (message.Text("template_id"), message.Text("subject")));
        var listed = await product.Http.CallAsync(HttpMethod.Get, $"/v3/messages?template_id={template}", HttpStatusCode.OK);
        Assert.Equal(id, Assert.Single(listed.GetProperty("messages").EnumerateArray()).Text("id"));
        var others = await product.Http.CallAsync(HttpMethod.Get, "/v3/messages?template_id=d-1", HttpStatusCode.OK);
        Assert.Equal(0, others.Number("total"));
    }

    [Fact]
    public async Task A_template_is_usable_the_moment_it_is_activated_though_it_was_refused_just_before()
    {
        await using var product = await Product.StartAsync(Stack.Embedded);
        var (template, version) = await product.TemplateAsync(
            new
            {
                subject = "S",
                html_content = "<p>x</p>",
                active = 0,
            }
        );
        var request = Some.Request(Some.To("ada@example.org"), Using(template));
        Assert.Equal(HttpStatusCode.BadRequest, (await product.PostAsync(request)).StatusCode);

        await product.Http.CallAsync(HttpMethod.Post, $"/v3/templates/{template}/versions/{version}/activate", HttpStatusCode.OK);

        // The clock stands: nothing that was kept has become too old.
        Assert.Equal(HttpStatusCode.Accepted, (await product.PostAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_template_and_a_batch_that_do_not_exist_are_told_together()
    {
        await using var product = await Product.StartAsync(Stack.Embedded);

        var answer = await product.Http.CallAsync(
            HttpMethod.Post,
            "/v3/mail/send",
            HttpStatusCode.BadRequest,
            Some.Request(
                Some.To("ada@example.org"),
                new
                {
                    template_id = $"d-{new string('0', 32)}",
                    content = (string?)null,
                    batch_id = "unknown",
                }
            )
        );

        Assert.Equal(["template_id", "batch_id"], answer.GetProperty("errors").EnumerateArray().Select(error => error.Text("field")));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_render_error_fails_the_message_with_its_text(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (template, _) = await product.TemplateAsync(
            new { subject = "S", html_content = "<p>\n{{#each list}}{{#each ../list}}x{{/each}}{{/each}}</p>" }
        );

        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" } }, dynamic_template_data = new { list = Enumerable.Range(0, 400) } },
            Using(template)
        );

        var email = await product.EmailInStateAsync(id, "Failed");
        const string reason =
            "Template Render Error: html_content: line 2, column 18: The template loops too often: more than 100000 rounds of its loops together";
        Assert.Equal(["queued", "dropped"], email.Events());
        Assert.Equal(reason, email.LastEvent().Text("reason"));
        var message = await product.MessageAsync(id);
        Assert.Equal(("failed", reason), (message.Text("status"), message.Text("error_message")));
        Assert.Empty(sink.Mails);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_legacy_template_takes_content_substitutions_and_sections(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (template, _) = await product.TemplateAsync(
            new
            {
                subject = "[shop] <%subject%>",
                html_content = "<h1>-name-</h1><%body%>",
                plain_content = "-name-:\n<%body%>",
            },
            "legacy"
        );
        Assert.True(Guid.TryParse(template, out _));

        await product.SendAsync(
            new
            {
                to = new[] { new { email = "ada@example.org" } },
                substitutions = new Dictionary<string, string> { ["-name-"] = "Ada", ["-part-"] = ":deal" },
            },
            new
            {
                template_id = template,
                subject = "For -name-",
                sections = new Dictionary<string, string> { [":deal"] = "a deal for -name-" },
                content = new[] { new { type = "text/plain", value = "see -part-" }, new { type = "text/html", value = "<p>-part-</p>" } },
            }
        );

        var mail = Parsed(Assert.Single(await sink.Received(1)));
        Assert.Equal("[shop] For Ada", mail.Subject);
        Assert.Equal("Ada:\nsee a deal for Ada", mail.TextBody!.ReplaceLineEndings("\n").Trim());
        Assert.Equal("<h1>Ada</h1><p>a deal for Ada</p>", mail.HtmlBody!.Trim());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Scheduled_mail_keeps_its_version_with_its_latest_wording_whatever_becomes_of_the_template(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (template, version) = await product.TemplateAsync(new { subject = "First", html_content = "first" });
        var sendAt = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        // The worker remembers the first wording from here on.
        await product.SendAsync(Some.To("now@example.org"), Using(template));
        await sink.Received(1);
        var scheduled = await product.SendAsync(Some.To("later@example.org"), Using(template, sendAt));

        await product.Http.CallAsync(
            HttpMethod.Patch,
            $"/v3/templates/{template}/versions/{version}",
            HttpStatusCode.OK,
            new { subject = "Edited", html_content = "edited" }
        );
        await product.Http.CallAsync(
            HttpMethod.Post,
            $"/v3/templates/{template}/versions",
            HttpStatusCode.Created,
            new
            {
                name = "Second",
                subject = "Second",
                html_content = "second",
                active = 1,
            }
        );
        product.Clock.Advance(2 * UsableTemplates.KeepFor);
        await product.SendAsync(Some.To("second@example.org"), Using(template));
        await sink.Received(2);
        await product.Http.CallAsync(HttpMethod.Delete, $"/v3/templates/{template}", HttpStatusCode.NoContent);
        product.Clock.Advance(2 * UsableTemplates.KeepFor);
        using var refused = await product.PostAsync(Some.Request(Some.To("never@example.org"), Using(template)));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        product.Clock.Advance(TimeSpan.FromHours(1));
        await product.EmailInStateAsync(scheduled, "Delivered");

        var subjects = (await sink.Received(3)).ToDictionary(m => m.Recipients[0], m => Parsed(m).Subject);
        Assert.Equal("First", subjects["now@example.org"]);
        Assert.Equal("Second", subjects["second@example.org"]);
        Assert.Equal("Edited", subjects["later@example.org"]);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_with_a_template_that_cannot_be_used_is_refused(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        using var other = await product.ClientOfAnotherTenantAsync();
        var (usable, _) = await product.TemplateAsync(new { subject = "", html_content = "x" });
        var (inactive, _) = await product.TemplateAsync(
            new
            {
                subject = "S",
                html_content = "x",
                active = 0,
            }
        );
        var (empty, _) = await product.TemplateAsync(new { subject = "S" });
        const string unknown = "The template_id does not name an existing template.";

        Assert.Equal((unknown, "template_id"), await RefusalAsync(product.Http, "d-00000000000000000000000000000000"));
        Assert.Equal((unknown, "template_id"), await RefusalAsync(product.Http, "d-nonsense"));
        Assert.Equal(
            (unknown, "template_id"),
            await RefusalAsync(product.Http, new Guid(Convert.FromHexString(usable[2..]), true).ToString())
        );
        Assert.Equal((unknown, "template_id"), await RefusalAsync(other, usable));
        Assert.Equal(("The template has no active version.", "template_id"), await RefusalAsync(product.Http, inactive));
        Assert.Equal(("The active version of the template has no content.", "template_id"), await RefusalAsync(product.Http, empty));
        Assert.Equal("subject", (await RefusalAsync(product.Http, usable)).Field);
        Assert.Equal(0, (await product.Http.CallAsync(HttpMethod.Get, "/v3/messages", HttpStatusCode.OK)).Number("total"));
    }

    private static async Task<(string Message, string Field)> RefusalAsync(HttpClient http, string template)
    {
        var request = Some.Request(Some.To("ada@example.org"), new { template_id = template });
        request.Remove("content");
        request.Remove("subject");
        var answer = await http.CallAsync(HttpMethod.Post, "/v3/mail/send", HttpStatusCode.BadRequest, request);
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        return (error.Text("message"), error.Text("field"));
    }

    private static MimeMessage Parsed(SunkMail mail) => MimeMessage.Load(new MemoryStream(mail.Bytes));

    private static JsonObject Using(string template, long? sendAt = null) =>
        new()
        {
            ["template_id"] = template,
            ["content"] = null,
            ["send_at"] = sendAt,
        };
}
