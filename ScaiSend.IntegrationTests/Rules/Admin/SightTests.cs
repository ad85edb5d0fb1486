using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Admin;

/// <summary>Who sees and changes what of whom: a written table, walked over HTTP.</summary>
public sealed class SightTests
{
    private static readonly string[] Everybody =
    [
        "operator",
        "super",
        "partner one",
        "partner two",
        "partner two of beside",
        "admin of default",
        "admin of beside",
        "admin of away",
        "nobody of default",
        "key of default",
    ];

    // operator, super, partner one, partner two, partner two of beside, admin of default, of beside, of away, nobody of default, key of default
    private static readonly (string Method, string Path, string? Body, int[] Statuses)[] Table =
    [
        ("GET", "/api/admin/partners", null, [200, 200, 200, 200, 200, 200, 200, 200, 200, 403]),
        ("GET", "/api/admin/partners/{one}", null, [200, 200, 200, 404, 200, 200, 200, 404, 200, 403]),
        ("GET", "/api/admin/partners/{two}", null, [200, 200, 404, 200, 200, 404, 404, 200, 404, 403]),
        ("PATCH", "/api/admin/partners/{one}", """{"name":"One"}""", [200, 200, 403, 404, 403, 403, 403, 404, 403, 403]),
        ("GET", "/api/admin/tenants", null, [200, 200, 200, 200, 200, 200, 200, 200, 200, 403]),
        ("GET", "/api/admin/tenants/{default}", null, [200, 200, 200, 404, 404, 200, 404, 404, 200, 403]),
        ("GET", "/api/admin/tenants/{beside}", null, [200, 200, 200, 404, 200, 404, 200, 404, 404, 403]),
        ("GET", "/api/admin/tenants/{away}", null, [200, 200, 404, 200, 200, 404, 404, 200, 404, 403]),
        ("GET", "/api/admin/tenants/tnt_unknown", null, [404, 404, 404, 404, 404, 404, 404, 404, 404, 403]),
        ("PATCH", "/api/admin/tenants/{default}", """{"name":"D","reason":"r"}""", [200, 200, 200, 404, 404, 200, 404, 404, 403, 403]),
        ("PATCH", "/api/admin/tenants/{beside}", """{"name":"B","reason":"r"}""", [200, 200, 200, 404, 404, 404, 200, 404, 403, 403]),
        (
            "PATCH",
            "/api/admin/tenants/{away}",
            """{"limits":{"others_per_second":null},"reason":"r"}""",
            [200, 200, 404, 200, 200, 404, 404, 403, 403, 403]
        ),
        ("POST", "/api/admin/tenants/{default}/resume", """{"reason":"r"}""", [200, 200, 200, 404, 404, 403, 404, 404, 403, 403]),
        ("GET", "/api/admin/tenants/{default}/tracking", null, [200, 200, 200, 404, 404, 200, 404, 404, 403, 200]),
        (
            "PUT",
            "/api/admin/tenants/{default}/tracking",
            """{"open_tracking_enabled":true,"reason":"r"}""",
            [200, 200, 200, 404, 404, 200, 404, 404, 403, 200]
        ),
        ("GET", "/api/admin/tenants/{beside}/tracking", null, [200, 200, 200, 404, 404, 404, 200, 404, 403, 404]),
        ("GET", "/api/admin/tenants/{default}/settings", null, [200, 200, 200, 404, 404, 200, 404, 404, 403, 200]),
        (
            "PUT",
            "/api/admin/tenants/{away}/settings",
            """{"keep_bodies_days":3,"reason":"r"}""",
            [200, 200, 404, 200, 200, 404, 404, 200, 403, 404]
        ),
        ("GET", "/api/admin/tenants/{default}/stats?start_date=today", null, [200, 200, 200, 404, 404, 200, 404, 404, 403, 403]),
        ("GET", "/api/admin/tenants/{away}/stats?start_date=today", null, [200, 200, 404, 200, 200, 404, 404, 200, 403, 403]),
        ("GET", "/api/admin/permissions", null, [200, 200, 200, 200, 200, 200, 200, 200, 200, 403]),
        ("GET", "/api/admin/roles", null, [422, 422, 403, 403, 403, 200, 200, 200, 403, 403]),
        ("GET", "/api/admin/roles?tenant={default}", null, [200, 200, 403, 403, 403, 200, 404, 404, 403, 403]),
        ("GET", "/api/admin/users?tenant={default}", null, [200, 200, 403, 403, 403, 200, 404, 404, 403, 403]),
        ("GET", "/api/admin/groups?tenant={default}", null, [200, 200, 403, 403, 403, 200, 404, 404, 403, 403]),
        ("GET", "/api/admin/messages/{mail}/content?reason=r", null, [200, 200, 404, 404, 404, 404, 404, 404, 404, 403]),
        ("GET", "/api/admin/messages/{mail}/explain?reason=r", null, [200, 200, 404, 404, 404, 404, 404, 404, 404, 403]),
        ("GET", "/api/admin/messages/{mail}/explain", null, [422, 422, 404, 404, 404, 404, 404, 404, 404, 403]),
        ("GET", "/v3/messages/{mail}/explain", null, [401, 403, 403, 403, 403, 200, 404, 404, 403, 200]),
        ("GET", "/v3/messages/{mail}", null, [401, 403, 403, 403, 403, 200, 404, 404, 403, 200]),
        ("GET", "/v3/templates", null, [401, 403, 403, 403, 403, 200, 200, 200, 403, 200]),
    ];

    [Fact]
    public async Task Everybody_sees_what_the_table_says_and_no_more()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        world.Names["mail"] = await world.Product.SendAsync(Some.To("ada@example.org"));
        var wrong = new List<string>();

        foreach (var (method, path, body, statuses) in Table)
        foreach (var (who, status) in Everybody.Zip(statuses))
        {
            var answer = await world.CallAsync(who, method, path, body is null ? null : JsonNode.Parse(body));
            if (answer.Status != status)
                wrong.Add($"{who}: {method} {path}: {answer.Status} instead of {status}: {answer.Body}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("operator", "one two", "away beside default")]
    [InlineData("super", "one two", "away beside default")]
    [InlineData("partner one", "one", "beside default")]
    [InlineData("partner two", "two", "away")]
    [InlineData("partner two of beside", "one two", "away beside")]
    [InlineData("admin of beside", "one", "beside")]
    [InlineData("nobody of away", "two", "away")]
    public async Task Lists_have_what_somebody_sees_and_count_no_more(string who, string partners, string tenants)
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);

        Assert.Equal(partners, await SlugsAsync(world, who, "/api/admin/partners"));
        Assert.Equal(tenants, await SlugsAsync(world, who, "/api/admin/tenants"));
        Assert.Equal(
            string.Join(' ', tenants.Split(' ').Intersect(["beside", "default"])),
            await SlugsAsync(world, who, "/api/admin/tenants?partner_id={one}")
        );
    }

    [Fact]
    public async Task A_tenant_and_its_partner_are_found_by_each_of_their_names()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        foreach (var (path, prefix) in ((string, string)[])[("partners/{one}", "prt_"), ("tenants/{away}", "tnt_")])
        {
            var shown = await world.DoAsync("operator", "GET", $"/api/admin/{path}");
            var id = world.Fill(path[path.IndexOf('{', StringComparison.Ordinal)..]);
            var asUuid = Guid.ParseExact(id[prefix.Length..], "N").ToString("D");

            Assert.Equal(shown.Body, (await world.DoAsync("operator", "GET", $"/api/admin/{path.Split('/')[0]}/{asUuid}")).Body);
        }
    }

    private static async Task<string> SlugsAsync(AdminWorld world, string who, string path)
    {
        var json = (await world.DoAsync(who, "GET", path)).Json;
        var slugs = json.GetProperty("data").EnumerateArray().Select(it => it.GetProperty("slug").GetString()).ToList();
        Assert.Equal(slugs.Count, json.GetProperty("total").GetInt32());
        return string.Join(' ', slugs);
    }
}
