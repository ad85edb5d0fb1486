using System.Globalization;
using System.Net;
using ScaiSend.Api.Authentication;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class ManagingTemplates
{
    private static readonly HttpMethod Get = HttpMethod.Get;
    private static readonly HttpMethod Post = HttpMethod.Post;
    private static readonly HttpMethod Patch = HttpMethod.Patch;
    private static readonly HttpMethod Delete = HttpMethod.Delete;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_template_lives_from_creation_to_deletion(Stack stack)
    {
        await using var product = await StartAsync(stack);
        var http = product.Http;

        var created = await http.CallAsync(Post, "/v3/templates", HttpStatusCode.Created, new { name = "Welcome" });
        var id = created.Text("id");
        Assert.Matches("^d-[0-9a-f]{32}$", id);
        Assert.Equal(
            ("Welcome", "dynamic", 0),
            (created.Text("name"), created.Text("generation"), created.GetProperty("versions").GetArrayLength())
        );
        var taken = await http.CallAsync(Post, "/v3/templates", HttpStatusCode.BadRequest, new { name = "Welcome", generation = "legacy" });
        Assert.Equal("There is a template with the name 'Welcome' already", taken.Text("detail"));
        await http.CallAsync(Post, "/v3/templates", HttpStatusCode.UnprocessableEntity, new { name = new string('x', 101) });

        var path = $"/v3/templates/{id}/versions";
        var first = await http.CallAsync(
            Post,
            path,
            HttpStatusCode.Created,
            new
            {
                name = "One",
                subject = "Hi {{name}}",
                html_content = "<p>Hello {{name}}</p>",
            }
        );
        Assert.Matches("^v_[0-9a-f]{32}$", first.Text("id"));
        Assert.Equal(
            (0, "Hello {{name}}\n", true),
            (first.Number("active"), first.Text("plain_content"), first.GetProperty("generate_plain_content").GetBoolean())
        );
        await http.CallAsync(Post, $"{path}/{first.Text("id")}/activate", HttpStatusCode.OK);
        var second = await http.CallAsync(
            Post,
            path,
            HttpStatusCode.Created,
            new
            {
                name = "Two",
                plain_content = "own",
                active = 1,
            }
        );
        Assert.Equal([("Two", 1), ("One", 0)], await VersionsAsync(http, path));
        Assert.Equal("own", second.Text("plain_content"));

        await http.CallAsync(Post, $"{path}/{first.Text("id")}/activate", HttpStatusCode.OK);
        Assert.Equal([("Two", 0), ("One", 1)], await VersionsAsync(http, path));
        var refused = await http.CallAsync(Delete, $"{path}/{first.Text("id")}", HttpStatusCode.BadRequest);
        Assert.StartsWith("The only active version of a template cannot be deleted", refused.Text("detail"), StringComparison.Ordinal);
        await http.CallAsync(Delete, $"{path}/{second.Text("id")}", HttpStatusCode.NoContent);
        await http.CallAsync(Get, $"{path}/{second.Text("id")}", HttpStatusCode.NotFound);
        await http.CallAsync(Post, $"{path}/{first.Text("id")}/deactivate", HttpStatusCode.OK);
        var copy = await http.CallAsync(Post, $"{path}/{first.Text("id")}/duplicate", HttpStatusCode.Created);
        Assert.Equal(("One (copy)", "Hi {{name}}", 0), (copy.Text("name"), copy.Text("subject"), copy.Number("active")));
        Assert.Equal([("One (copy)", 0), ("One", 0)], await VersionsAsync(http, path));
        var edited = await http.CallAsync(
            Patch,
            $"{path}/{first.Text("id")}",
            HttpStatusCode.OK,
            new { html_content = "<b>New</b>", active = 1 }
        );
        Assert.Equal(("Hi {{name}}", "New\n", 1), (edited.Text("subject"), edited.Text("plain_content"), edited.Number("active")));

        var twin = await http.CallAsync(Post, $"/v3/templates/{id}", HttpStatusCode.Created, new { name = "Twin" });
        Assert.Equal(["One (copy)", "One"], twin.GetProperty("versions").EnumerateArray().Select(v => v.Text("name")));
        Assert.NotEqual(first.Text("id"), twin.GetProperty("versions")[1].Text("id"));
        foreach (var name in (string[])["Welcome (copy)", "Welcome (copy 2)"])
        {
            var unnamed = await http.CallAsync(Post, $"/v3/templates/{id}", HttpStatusCode.Created);
            Assert.Equal(name, unnamed.Text("name"));
            await http.CallAsync(Patch, $"/v3/templates/{unnamed.Text("id")}", HttpStatusCode.OK, new { name });
        }
        var renamed = await http.CallAsync(Patch, $"/v3/templates/{id}", HttpStatusCode.OK, new { name = "Hello" });
        Assert.Equal("Hello", renamed.Text("name"));
        await http.CallAsync(Patch, $"/v3/templates/{id}", HttpStatusCode.BadRequest, new { name = "Twin" });
        var listed = await http.CallAsync(Get, "/v3/templates?generations=dynamic", HttpStatusCode.OK);
        Assert.Equal(
            ["Welcome (copy 2)", "Welcome (copy)", "Twin", "Hello"],
            listed.GetProperty("result").EnumerateArray().Select(t => t.Text("name"))
        );

        await http.CallAsync(Delete, $"/v3/templates/{id}", HttpStatusCode.NoContent);
        var missing = await http.CallAsync(Get, $"/v3/templates/{id}", HttpStatusCode.NotFound);
        Assert.Equal($"Template not found: {id}", missing.Text("detail"));
        await http.CallAsync(Get, $"{path}/{first.Text("id")}", HttpStatusCode.NotFound);
        await http.CallAsync(Delete, $"/v3/templates/{id}", HttpStatusCode.NotFound);
        // The name is free again.
        await http.CallAsync(Post, "/v3/templates", HttpStatusCode.Created, new { name = "Hello" });
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Below_sendgrid_the_same_operations_answer_in_its_shapes(Stack stack)
    {
        await using var product = await StartAsync(stack);
        var http = product.Http;
        const string all = "/sendgrid/v3/templates";

        // The bodies of the OpenAPI file's examples.
        var created = await http.CallAsync(Post, all, HttpStatusCode.Created, new { name = "example_name", generation = "dynamic" });
        var legacy = await http.CallAsync(Post, all, HttpStatusCode.Created, new { name = "old" });
        Assert.Equal("legacy", legacy.Text("generation"));
        Assert.True(Guid.TryParseExact(legacy.Text("id"), "D", out _));
        Assert.False(created.TryGetProperty("created_at", out _));
        Assert.True(
            DateTime.TryParseExact(
                created.Text("updated_at"),
                "yyyy-MM-dd HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out _
            )
        );
        var versions = $"{all}/{created.Text("id")}/versions";
        var body = new
        {
            template_id = "Excepteur Ut qui",
            active = 0,
            name = "pariatur non incididunt commodo",
            html_content = "dolor",
            generate_plain_content = false,
            subject = "aliquip nulla Ut",
            editor = "design",
            plain_content = "labore dolore",
        };
        var first = await http.CallAsync(Post, versions, HttpStatusCode.Created, body);
        Assert.Equal((1, "labore dolore", "design"), (first.Number("active"), first.Text("plain_content"), first.Text("editor")));
        Assert.True(Guid.TryParseExact(first.Text("id"), "D", out var versionId));
        var second = await http.CallAsync(Post, versions, HttpStatusCode.Created, body);
        Assert.Equal(0, second.Number("active"));
        Assert.Equal(1, (await http.CallAsync(Post, $"{versions}/{second.Text("id")}/activate", HttpStatusCode.OK)).Number("active"));
        Assert.Equal(0, (await http.CallAsync(Get, $"{versions}/v_{versionId:N}", HttpStatusCode.OK)).Number("active"));

        var broken = await http.CallAsync(
            Patch,
            $"{versions}/{first.Text("id")}",
            HttpStatusCode.BadRequest,
            new { html_content = "\n{{#if}}" }
        );
        var error = Assert.Single(broken.GetProperty("errors").EnumerateArray());
        Assert.Equal(("html_content", "line 2, column 4: 'if' takes 1 argument, not 0"), (error.Text("field"), error.Text("message")));
        var incomplete = await http.CallAsync(Post, versions, HttpStatusCode.BadRequest, new { html_content = "x" });
        Assert.Equal(["name", "subject"], incomplete.GetProperty("errors").EnumerateArray().Select(e => e.Text("field")));

        var old = await http.CallAsync(Get, all, HttpStatusCode.OK);
        Assert.Equal(["old"], old.GetProperty("templates").EnumerateArray().Select(t => t.Text("name")));
        var page = await http.CallAsync(Get, $"{all}?generations=legacy,dynamic&page_size=1", HttpStatusCode.OK);
        Assert.Equal(["old"], page.GetProperty("result").EnumerateArray().Select(t => t.Text("name")));
        var metadata = page.GetProperty("_metadata");
        Assert.Equal(2, metadata.Number("count"));
        var next = await http.CallAsync(Get, new Uri(metadata.Text("next")).PathAndQuery, HttpStatusCode.OK);
        Assert.Equal(["example_name"], next.GetProperty("result").EnumerateArray().Select(t => t.Text("name")));
        Assert.False(next.GetProperty("_metadata").TryGetProperty("next", out _));

        await http.CallAsync(Delete, $"{versions}/{second.Text("id")}", HttpStatusCode.NoContent);
        await http.CallAsync(Post, $"{versions}/{first.Text("id")}/render", HttpStatusCode.NotFound);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_version_can_be_tried_out(Stack stack)
    {
        await using var product = await StartAsync(stack);
        var (id, version) = await product.TemplateAsync(
            new
            {
                subject = "Hi {{name}}",
                preheader = "{{nick}}",
                html_content = "<p>{{#each items}}{{this}} {{/each}}{{formatDate 0 'YYYY' zone}}</p>",
                test_data = "{\"name\":\"Test\"}",
            }
        );
        var path = $"/v3/templates/{id}/versions/{version}/render";

        var given = await product.Http.CallAsync(
            Post,
            path,
            HttpStatusCode.OK,
            new { dynamic_template_data = new { name = "A&B", items = Enumerable.Range(1, 2) } }
        );
        var tested = await product.Http.CallAsync(Post, path, HttpStatusCode.OK);
        var failed = await product.Http.CallAsync(
            Post,
            path,
            HttpStatusCode.BadRequest,
            new { dynamic_template_data = new { zone = "nowhere" } }
        );
        await product.Http.CallAsync(Post, path, HttpStatusCode.UnprocessableEntity, new { dynamic_template_data = 7 });

        Assert.Equal(
            ("Hi A&amp;B", "", "<p>1 2 1970</p>", "1 2 1970\n"),
            (given.Text("subject"), given.Text("preheader"), given.Text("html"), given.Text("text"))
        );
        Assert.Equal(["nick", "zone"], given.GetProperty("missing_variables").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("Hi Test", tested.Text("subject"));
        Assert.StartsWith("Template Render Error: html_content: line 1, column", failed.Text("detail"), StringComparison.Ordinal);
        var (legacy, old) = await product.TemplateAsync(new { subject = "<%subject%>", html_content = "<%body%>" }, "legacy");
        var filled = await product.Http.CallAsync(
            Post,
            $"/v3/templates/{legacy}/versions/{old}/render",
            HttpStatusCode.OK,
            new
            {
                subject = "-a-",
                html = "<i>-a-</i>",
                substitutions = new Dictionary<string, string> { ["-a-"] = "A" },
            }
        );
        Assert.Equal(("A", "<i>A</i>"), (filled.Text("subject"), filled.Text("html")));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Versions_activated_at_the_same_time_leave_one_active(Stack stack)
    {
        await using var product = await StartAsync(stack);
        var (id, _) = await product.TemplateAsync(new { subject = "S", html_content = "x" });
        var path = $"/v3/templates/{id}/versions";

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => product.Http.CallAsync(Post, path, HttpStatusCode.Created, new { name = $"V{i}", active = 1 }))
        );

        Assert.Single(await VersionsAsync(product.Http, path), v => v.Active == 1);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Nobody_reaches_anothers_templates_or_beyond_his_scopes(Stack stack)
    {
        await using var product = await StartAsync(stack);
        using var other = await product.ClientOfAnotherTenantAsync();
        using var reader = await product.ClientWithScopesAsync(Scopes.TemplatesRead);
        using var writer = await product.ClientWithScopesAsync(Scopes.TemplatesWrite);
        using var deleter = await product.ClientWithScopesAsync(Scopes.TemplatesDelete);
        var (id, version) = await product.TemplateAsync(new { subject = "S", html_content = "x" });
        (HttpMethod Method, string Path, object? Body, HttpClient Allowed)[] calls =
        [
            (Get, $"/v3/templates/{id}", null, reader),
            (Get, $"/v3/templates/{id}/versions", null, reader),
            (Get, $"/v3/templates/{id}/versions/{version}", null, reader),
            (Post, $"/v3/templates/{id}/versions/{version}/render", null, reader),
            (Patch, $"/v3/templates/{id}", new { name = "N" }, writer),
            (Post, $"/v3/templates/{id}", new { name = "M" }, writer),
            (Post, $"/v3/templates/{id}/versions", new { name = "N" }, writer),
            (Patch, $"/v3/templates/{id}/versions/{version}", new { name = "N" }, writer),
            (Post, $"/v3/templates/{id}/versions/{version}/deactivate", null, writer),
            (Post, $"/v3/templates/{id}/versions/{version}/activate", null, writer),
            (Post, $"/v3/templates/{id}/versions/{version}/duplicate", null, writer),
            (Post, $"/v3/templates/{id}/versions/{version}/deactivate", null, writer),
            (Delete, $"/v3/templates/{id}/versions/{version}", null, deleter),
            (Delete, $"/v3/templates/{id}", null, deleter),
        ];

        foreach (var (method, path, body, allowed) in calls)
        {
            await other.CallAsync(method, path, HttpStatusCode.NotFound, body);
            foreach (var client in (HttpClient[])[reader, writer, deleter])
            {
                if (client != allowed)
                    await client.CallAsync(method, path, HttpStatusCode.Forbidden, body);
            }
            var answer = await allowed.CallAsync(method, path, body);
            Assert.True((int)answer.Status is >= 200 and < 300, $"{method} {path} answers {answer.Status}: {answer.Json}");
        }
        var theirs = await other.CallAsync(Get, "/v3/templates", HttpStatusCode.OK);
        Assert.Equal(0, theirs.GetProperty("result").GetArrayLength());
        // Names are unique within a tenant only.
        await product.Http.CallAsync(Post, "/v3/templates", HttpStatusCode.Created, new { name = "Same" });
        await other.CallAsync(Post, "/v3/templates", HttpStatusCode.Created, new { name = "Same" });
    }

    private static async Task<Product> StartAsync(Stack stack)
    {
        var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        // Lists are in the order of time, which no clock that stands still can tell.
        product.Clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1);
        return product;
    }

    private static async Task<(string Name, int Active)[]> VersionsAsync(HttpClient http, string path)
    {
        var versions = await http.CallAsync(Get, path, HttpStatusCode.OK);
        return [.. versions.GetProperty("result").EnumerateArray().Select(v => (v.Text("name"), v.Number("active")))];
    }
}
