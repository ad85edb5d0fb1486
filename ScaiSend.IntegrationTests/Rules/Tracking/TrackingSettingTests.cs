using System.Text.Json;
using ScaiSend.Api.Authentication;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

/// <summary>A tenant's tracking settings, by our path and by SendGrid's.</summary>
public sealed class TrackingSettingTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_change_keeps_what_it_does_not_name(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, settings: OnByDefault, roles: Role.Serve);
        var path = await PathAsync(product);

        var before = await product.CallAsync("GET", path, product.LiveKey);
        Assert.Equal(15, before.Json.GetProperty("data").EnumerateObject().Count());
        Assert.True(before.Json.GetProperty("data").GetProperty("open_tracking_enabled").GetBoolean());
        Assert.Equal("proxy", before.Json.GetProperty("data").GetProperty("image_embed_mode").GetString());

        await ChangeAsync(product, path, """{"open_tracking_enabled":false,"ganalytics_utm_source":"Läden"}""");
        var after = await ChangeAsync(product, path, """{"click_tracking_enable_text":true,"ganalytics_utm_source":null}""");

        Assert.False(after.GetProperty("open_tracking_enabled").GetBoolean());
        Assert.True(after.GetProperty("click_tracking_enabled").GetBoolean());
        Assert.True(after.GetProperty("click_tracking_enable_text").GetBoolean());
        Assert.Equal("Läden", after.GetProperty("ganalytics_utm_source").GetString());
        Assert.Equal(after.GetRawText(), (await product.CallAsync("GET", path, product.LiveKey)).Json.GetProperty("data").GetRawText());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Changes_at_the_same_time_lose_nothing(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var path = await PathAsync(product);
        string[] parameters = ["source", "medium", "term", "content", "campaign"];

        await Task.WhenAll(parameters.Select(name => ChangeAsync(product, path, $$"""{"ganalytics_utm_{{name}}":"{{name}}"}""")));

        var data = (await product.CallAsync("GET", path, product.LiveKey)).Json.GetProperty("data");
        Assert.All(parameters, name => Assert.Equal(name, data.GetProperty($"ganalytics_utm_{name}").GetString()));
    }

    [Theory]
    [InlineData("""{"open_tracking":true}""", "open_tracking", 422)]
    [InlineData("""{"open_tracking_enabled":"yes"}""", "open_tracking_enabled", 422)]
    [InlineData("""{"image_embed_mode":"inline"}""", "image_embed_mode", 422)]
    [InlineData("""{"subscription_tracking_html":7}""", "subscription_tracking_html", 422)]
    [InlineData("[]", "object", 400)]
    [InlineData("{", "JSON", 400)]
    public async Task What_is_wrong_is_said_and_changes_nothing(string body, string said, int status)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var path = await PathAsync(product);
        var before = (await product.CallAsync("GET", path, product.LiveKey)).Body;

        var answer = await product.CallAsync("PUT", path, product.LiveKey, body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(said, answer.Body, StringComparison.Ordinal);
        Assert.Equal(before, (await product.CallAsync("GET", path, product.LiveKey)).Body);
    }

    [Fact]
    public async Task Texts_that_are_too_long_together_are_refused()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var path = await PathAsync(product);
        var body = JsonSerializer.Serialize(new { subscription_tracking_landing_html = new string('界', 40_000) });

        var answer = await product.CallAsync("PUT", path, product.LiveKey, body);

        Assert.Equal(400, answer.Status);
        Assert.Contains("65000 bytes", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_callers_own_tenant_is_there()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var (own, other) = (await product.TenantIdAsync(), await product.AddTenantAsync());
        var narrow = await product.AddKeyAsync(own, Scopes.All.Except([Scopes.AdminSettings]));

        Assert.Equal(200, (await product.CallAsync("GET", $"/api/admin/tenants/{own:D}/tracking", product.LiveKey)).Status);
        foreach (var id in new[] { Ids.Show(Ids.Tenant, other), other.ToString("D"), "tnt_1", "default" })
            Assert.Equal(404, (await product.CallAsync("GET", $"/api/admin/tenants/{id}/tracking", product.LiveKey)).Status);
        Assert.Equal(403, (await product.CallAsync("GET", $"/api/admin/tenants/{own:D}/tracking", narrow)).Status);
        Assert.Equal(404, (await product.CallAsync("GET", $"/sendgrid/api/admin/tenants/{own:D}/tracking", product.LiveKey)).Status);
    }

    [Fact]
    public async Task SendGrids_words_and_ours_are_the_same_settings()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var path = await PathAsync(product);
        await ChangeAsync(product, path, """{"click_tracking_enabled":false,"subscription_tracking_landing_html":"<p>Bye</p>"}""");

        var patched = await product.CallAsync(
            "PATCH",
            "/v3/tracking_settings/subscription",
            product.LiveKey,
            """{"enabled":true,"replace":"[here]"}"""
        );

        Assert.Equal(200, patched.Status);
        Assert.Equal("<p>Bye</p>", patched.Text("landing"));
        Assert.Equal("", patched.Text("url"));
        var data = (await product.CallAsync("GET", path, product.LiveKey)).Json.GetProperty("data");
        Assert.True(data.GetProperty("subscription_tracking_enabled").GetBoolean());
        Assert.Equal("[here]", data.GetProperty("subscription_tracking_substitution_tag").GetString());
        var list = (await product.CallAsync("GET", "/v3/tracking_settings", product.LiveKey)).Json.GetProperty("result");
        Assert.Equal(
            [("click", false), ("google_analytics", false), ("open", false), ("subscription", true)],
            list.EnumerateArray().Select(s => (s.GetProperty("name").GetString()!, s.GetProperty("enabled").GetBoolean()))
        );
        var url = await product.CallAsync("PATCH", "/v3/tracking_settings/subscription", product.LiveKey, """{"url":"https://a.test"}""");
        Assert.Equal(422, url.Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_version_keeps_its_tracking_settings_and_so_does_its_copy(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var template = (await product.CallAsync("POST", "/v3/templates", product.LiveKey, """{"name":"T","generation":"dynamic"}""")).Text(
            "id"
        );
        var versions = $"/v3/templates/{template}/versions";
        const string tracking = """{"click_tracking":{"enable":false},"ganalytics":{"enable":true,"utm_source":"Läden"}}""";

        var made = await product.CallAsync(
            "POST",
            versions,
            product.LiveKey,
            $$"""{"name":"V","subject":"S","tracking_settings":{{tracking}}}"""
        );

        Assert.Equal(201, made.Status);
        var version = $"{versions}/{made.Text("id")}";
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(tracking).RootElement, await TrackingAsync(version)));
        // A change of something else leaves it.
        Assert.Equal(200, (await product.CallAsync("PATCH", version, product.LiveKey, """{"name":"W"}""")).Status);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(tracking).RootElement, await TrackingAsync(version)));
        var copy = await product.CallAsync("POST", $"{version}/duplicate", product.LiveKey, "{}");
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(tracking).RootElement, copy.Json.GetProperty("tracking_settings")));
        // What is given replaces, and nothing takes away.
        await product.CallAsync("PATCH", version, product.LiveKey, """{"tracking_settings":{"open_tracking":{"enable":false}}}""");
        Assert.Equal("""{"open_tracking":{"enable":false}}""", (await TrackingAsync(version)).GetRawText());
        await product.CallAsync("PATCH", version, product.LiveKey, """{"tracking_settings":{}}""");
        Assert.Equal("{}", (await TrackingAsync(version)).GetRawText());

        async Task<JsonElement> TrackingAsync(string path) =>
            (await product.CallAsync("GET", path, product.LiveKey)).Json.GetProperty("tracking_settings");
    }

    [Theory]
    [InlineData("""[]""", "tracking_settings")]
    [InlineData("""{"opens":{}}""", "is no tracking setting")]
    [InlineData("""{"click_tracking":true}""", "must be an object")]
    [InlineData("""{"click_tracking":{"enabled":true}}""", "is no field of this setting")]
    [InlineData("""{"click_tracking":{"enable":"yes"}}""", "must be true or false")]
    [InlineData("""{"ganalytics":{"utm_term":1}}""", "must be a string")]
    [InlineData("""{"ganalytics":{"utm_term":"\ud800"}}""", "must be valid Unicode")]
    public async Task A_version_with_wrong_tracking_settings_is_refused(string tracking, string said)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var template = (await product.CallAsync("POST", "/v3/templates", product.LiveKey, """{"name":"T","generation":"dynamic"}""")).Text(
            "id"
        );

        var answer = await product.CallAsync(
            "POST",
            $"/v3/templates/{template}/versions",
            product.LiveKey,
            $$"""{"name":"V","tracking_settings":{{tracking}}}"""
        );

        Assert.Equal(422, answer.Status);
        Assert.Contains(said, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenants_choice_stays_when_the_instances_default_changes()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: OnByDefault, roles: Role.Serve);
        var path = await PathAsync(product);
        await ChangeAsync(product, path, """{"open_tracking_enabled":true,"ganalytics_utm_term":"chosen"}""");

        await product.StopRolesAsync();
        product.Settings["Tracking:OpenByDefault"] = product.Settings["Tracking:ClickByDefault"] = "false";
        await product.StartRolesAsync(Role.Serve);

        var data = await ChangeAsync(product, path, """{"ganalytics_utm_term":""}""");
        Assert.True(data.GetProperty("open_tracking_enabled").GetBoolean());
        Assert.False(data.GetProperty("click_tracking_enabled").GetBoolean());
        Assert.Equal("", data.GetProperty("ganalytics_utm_term").GetString());
    }

    private static readonly Dictionary<string, string?> OnByDefault = new()
    {
        ["Tracking:OpenByDefault"] = "true",
        ["Tracking:ClickByDefault"] = "true",
    };

    private static async Task<string> PathAsync(Product product) =>
        $"/api/admin/tenants/{Ids.Show(Ids.Tenant, await product.TenantIdAsync())}/tracking";

    private static async Task<JsonElement> ChangeAsync(Product product, string path, string body)
    {
        var answer = await product.CallAsync("PUT", path, product.LiveKey, body);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json.GetProperty("data");
    }
}
