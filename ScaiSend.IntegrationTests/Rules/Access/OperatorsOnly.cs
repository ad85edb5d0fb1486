using System.Text.Json.Nodes;
using ScaiSend.Api.Authentication;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Access;

/// <summary>The admin API opens for operators and for nobody else.</summary>
public sealed class OperatorsOnly
{
    [Fact]
    public async Task No_route_for_operators_takes_a_key_of_a_tenant_or_none_or_a_wrong_one()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var routes = Route.All(product).Where(r => r.Pattern.StartsWith("/api/admin", StringComparison.Ordinal)).ToList();
        Assert.All(
            routes.Where(route => route.Rule is not { IsForOperators: true }),
            // What is about one tenant opens for those who administer it, and its domains for its keys.
            route =>
                Assert.True(
                    route.Rule!.Administrators is not null || route.Pattern.StartsWith("/api/admin/domains", StringComparison.Ordinal),
                    route.ToString()
                )
        );
        routes.RemoveAll(route => route.Rule is not { IsForOperators: true });
        Assert.Equal(13, routes.Count);
        var everything = await product.AddKeyAsync(await product.TenantIdAsync(), Scopes.All);

        foreach (var route in routes)
        foreach (
            var key in (string?[])
                [null, "", product.LiveKey, product.TestKey, everything, $"sg_admin_{new string('0', 32)}", product.OperatorKey.Text[..^1]]
        )
        {
            var answer = await product.CallAsync(route.Method, route.Path("1"), key);
            Assert.True(answer.Status == 401, $"{route} with {key}: {answer.Status} {answer.Body}");
            Assert.StartsWith("{\"detail\":", answer.Body, StringComparison.Ordinal);
        }
        foreach (var route in routes)
            Assert.NotEqual(401, (await product.AsOperatorAsync(route.Method, route.Path("1"))).Status);
    }

    [Fact]
    public async Task An_operators_key_opens_nothing_of_a_tenant()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        foreach (var route in Route.All(product).Where(r => r.Rule is { IsForOperators: false, Administrators: null }))
            Assert.Equal(401, (await product.AsOperatorAsync(route.Method, route.Path("1"))).Status);
    }

    [Theory]
    [InlineData("POST", "/api/admin/queue", """{"action":"cancel","domain":"a.test","reason":"no","dry_run":true}""", "dry_run")]
    [InlineData("POST", "/api/admin/queue", """{"action":"cancel","domain":"a.test","reason":"no","olderthan":"1h"}""", "olderthan")]
    [InlineData("POST", "/api/admin/suspensions", """{"provider":"a","lasts":"1m","reason":"no","source":"192.0.2.1"}""", "source")]
    [InlineData("POST", "/api/admin/queue", """{"action":"cancel","domain":"a.test","reason":"\u200b"}""", "reason")]
    [InlineData("POST", "/api/admin/suspensions", """{"provider":"a","lasts":"1m","reason":" "}""", "reason")]
    [InlineData("GET", "/api/admin/queue?domian=a.test", null, "domian")]
    [InlineData("GET", "/api/admin/queue/counts?domian=a.test", null, "domian")]
    [InlineData("GET", "/api/admin/audit?who=me", null, "who")]
    [InlineData("DELETE", "/api/admin/suspensions/1", null, "reason")]
    public async Task A_slip_of_the_pen_does_nothing(string method, string path, string? body, string field)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answer = await product.AsOperatorAsync(method, path, body is null ? null : JsonNode.Parse(body));

        Assert.Equal(422, answer.Status);
        Assert.Contains($"\"{field}\"", answer.Body, StringComparison.Ordinal);
        Assert.Empty((await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray());
    }

    [Fact]
    public async Task Without_keys_in_the_settings_the_admin_API_is_off()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.StopRolesAsync();
        product.Settings.Remove("Admin:Keys:tests");
        await product.StartRolesAsync(Role.Serve);

        var answer = await product.AsOperatorAsync("GET", "/api/admin/queue");

        Assert.Equal(403, answer.Status);
        Assert.Contains("Admin:Keys", answer.Text("detail"), StringComparison.Ordinal);
    }
}
