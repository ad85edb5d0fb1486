using System.Net;
using System.Text.Json;
using ScaiSend.Api.Templates;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The pages of templates and their versions.</summary>
public sealed class TemplatePageTests
{
    private static readonly (string, string)[] Wording =
    [
        ("name", "First"),
        ("subject", "Hello {{name}}"),
        ("html_content", "<p>\r\nDear {{name}}\r\n</p>\r\n"),
        ("plain_content", ""),
        ("preheader", ""),
        ("test_data", """{"name":"Ada"}"""),
    ];

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_template_lives_from_its_first_version_to_its_end(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);

        var made = await ada.SubmitAsync("/console/templates", ("name", "Order"), ("generation", "dynamic"));
        var write = Path(made);
        Assert.EndsWith("/versions/new", write, StringComparison.Ordinal);
        var first = Path(await ada.SubmitAsync(write, [.. Wording, ("do", "save")]));
        var template = write[..^"/versions/new".Length];
        var id = template.Split('/')[^1];
        Assert.Equal((0, "<p>\nDear {{name}}\n</p>\n", true), await StoredAsync(0));
        Assert.Contains("Mail with this template is refused", (await ada.GetAsync(template)).Html, StringComparison.Ordinal);

        Assert.Equal(303, (await ada.SubmitAsync(first, [.. Wording, ("do", "activate")])).Status);
        // Lists are in the order of time, and the clock stands.
        product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var copy = Path(await ada.SubmitAsync($"{first}/duplicate"));
        Assert.NotEqual(first, copy);
        var own = Wording.Select(field => field.Item1 == "plain_content" ? ("plain_content", "A text") : field).ToArray();
        Assert.Equal(303, (await ada.SubmitAsync(copy, [.. own, ("do", "save")])).Status);
        // The newest comes first.
        Assert.Equal((0, "<p>\nDear {{name}}\n</p>\n", false), await StoredAsync(0));
        Assert.Equal((1, "<p>\nDear {{name}}\n</p>\n", true), await StoredAsync(1));
        Assert.Equal(409, (await ada.SubmitAsync($"{first}/delete")).Status);
        Assert.Equal(303, (await ada.SubmitAsync($"{copy}/delete")).Status);
        Assert.Equal(404, (await ada.GetAsync(copy)).Status);
        Assert.Equal(303, (await ada.SubmitAsync($"{first}/deactivate")).Status);
        Assert.Equal(0, (await StoredAsync(0)).Active);

        Assert.Equal(303, (await ada.SubmitAsync($"{template}/rename", ("name", "Order confirmation"))).Status);
        var second = Path(await ada.SubmitAsync($"{template}/duplicate", ("name", "whatever")));
        Assert.Contains("Order confirmation (copy)", (await ada.GetAsync(second)).Html, StringComparison.Ordinal);
        Assert.Equal(422, (await ada.SubmitAsync($"{second}/rename", ("name", "Order confirmation"))).Status);
        foreach (var page in (string[])[template, second])
            Assert.Equal(303, (await ada.SubmitAsync($"{page}/delete", ("reason", "Old"))).Status);
        Assert.Contains("There is none yet.", (await ada.GetAsync("/console/templates")).Html, StringComparison.Ordinal);

        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal((2, 7, 2), (log.Count(Is("template_add")), log.Count(Is("template_change")), log.Count(Is("template_delete"))));
        Assert.Single(log, entry => IsActive(entry, "before") == false && IsActive(entry, "after") == true);
        Assert.Single(log, entry => IsActive(entry, "before") == true && IsActive(entry, "after") == false);

        static Func<JsonElement, bool> Is(string action) => entry => entry.Text("action") == action;

        static bool? IsActive(JsonElement entry, string side) =>
            entry.GetProperty(side) is { ValueKind: JsonValueKind.Object } state && state.TryGetProperty("is_active", out var value)
                ? value.GetBoolean()
                : null;

        async Task<(int Active, string Html, bool IsTextMade)> StoredAsync(int index)
        {
            var versions = (await product.Http.CallAsync(HttpMethod.Get, $"/v3/templates/{id}", HttpStatusCode.OK)).GetProperty("versions");
            var version = versions[index];
            return (version.Number("active"), version.Text("html_content"), version.GetProperty("generate_plain_content").GetBoolean());
        }
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_its_place_and_what_was_typed_stays()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var (template, version) = await product.TemplateAsync(new { subject = "S", html_content = "<p>x</p>" });
        var page = $"/console/templates/{template}/versions/{version}";

        await RefusedAsync("html_content", "<p>\n{{#if a}}</p>", "The HTML, line 2, column ");
        await RefusedAsync("subject", "{{", "The subject, line 1, column ");
        await RefusedAsync("test_data", "{", "The test data must be JSON in a string.");
        await RefusedAsync("name", new string('x', VersionFields.MaxName + 1), "The version’s name must have at most 255 characters.");
        var nameless = await ada.SubmitAsync("/console/templates", ("name", ""));
        Assert.Equal(422, nameless.Status);
        Assert.Contains("The name must be filled in.", nameless.Html, StringComparison.Ordinal);
        var stored = await product.Http.CallAsync(HttpMethod.Get, $"/v3/templates/{template}/versions/{version}", HttpStatusCode.OK);
        Assert.Equal("<p>x</p>", stored.Text("html_content"));

        async Task RefusedAsync(string name, string value, string says)
        {
            foreach (var path in (string[])[page, $"/console/templates/{template}/versions/new"])
            {
                var answer = await ada.SubmitAsync(path, [.. Wording.Where(field => field.Item1 != name), (name, value), ("do", "save")]);
                var html = WebUtility.HtmlDecode(answer.Html);
                Assert.Equal(422, answer.Status);
                Assert.Contains(says, html, StringComparison.Ordinal);
                Assert.Contains(value, html, StringComparison.Ordinal);
            }
            if (name == "name")
                return;
            var preview = await ada.SubmitAsync(
                $"/console/templates/{template}/preview",
                [.. Wording.Where(field => field.Item1 != name), (name, value)]
            );
            Assert.Contains(says, WebUtility.HtmlDecode(preview.Html), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("dynamic", "<p>{{name}}, {{{unsubscribe}}}</p>", "<p>Ada, <%asm_group_unsubscribe_raw_url%></p>")]
    [InlineData("legacy", "-name-: <%body%>", "Ada: <p>The content of the request.</p>")]
    [InlineData("dynamic", "{{#each list}}{{#each ../list}}x{{/each}}{{/each}}", "The template loops too often")]
    public async Task The_preview_says_what_mail_would_say(string generation, string html, string says)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "developer");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var (template, _) = await product.TemplateAsync(new { subject = "S", html_content = "x" }, generation);
        var list = string.Join(',', Enumerable.Repeat("1", 400));

        var answer = await ada.SubmitAsync(
            $"/console/templates/{template}/preview",
            ("name", ""),
            ("subject", "S"),
            ("html_content", html),
            ("test_data", $$"""{"name":"Ada","-name-":"Ada","list":[{{list}}]}""")
        );

        Assert.Equal(200, answer.Status);
        var shown = WebUtility.HtmlDecode(answer.Html);
        Assert.True(shown.Contains(says, StringComparison.Ordinal), shown);
        Assert.Equal(Api.Console.Templates.VersionPageEndpoints.PreviewPolicy, answer.Headers["Content-Security-Policy"]);
    }

    [Fact]
    public async Task Staff_says_why_and_a_tenant_reaches_nobody_elses_template()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var ops = await ConsoleCaller.SignInAsOperatorAsync(product);
        await ops.LookAtAsync();
        using var other = await ConsoleCaller.SignInElsewhereAsync(product);
        var (template, version) = await product.TemplateAsync(new { subject = "Mine alone", html_content = "<p>x</p>" });
        var page = $"/console/templates/{template}";

        Assert.DoesNotContain("Mine alone", (await other.GetAsync("/console/templates")).Html, StringComparison.Ordinal);
        foreach (var path in (string[])["", "/delete", "/versions/new", $"/versions/{version}", $"/versions/{version}/delete"])
            Assert.Equal(404, (await other.GetAsync(page + path)).Status);
        foreach (
            var path in (string[])
                [
                    "/preview",
                    "/rename",
                    "/duplicate",
                    "/versions/new",
                    $"/versions/{version}",
                    $"/versions/{version}/duplicate",
                    $"/versions/{version}/deactivate",
                ]
        )
            Assert.Equal((path, 404), (path, (await other.SubmitAsync(page + path, Wording)).Status));
        foreach (var path in (string[])["/delete", $"/versions/{version}/delete"])
            Assert.Equal(409, (await other.SubmitAsync(page + path)).Status);
        foreach (var path in (string[])["/rename", "/versions/new", $"/versions/{version}", "/delete", $"/versions/{version}/delete"])
            Assert.Equal((path, 422), (path, (await ops.SubmitAsync(page + path, Wording)).Status));
        foreach (var path in (string[])["/duplicate", $"/versions/{version}/duplicate", $"/versions/{version}/deactivate"])
            Assert.Equal((path, 400), (path, (await ops.SubmitAsync(page + path, Wording)).Status));
        Assert.Equal(303, (await ops.SubmitAsync($"{page}/versions/{version}", [.. Wording, ("reason", "Ticket 1")])).Status);
    }

    private static string Path(PageAnswer answer)
    {
        Assert.True(answer.Status == 303, answer.Html);
        return answer.Location!.AbsolutePath;
    }
}
