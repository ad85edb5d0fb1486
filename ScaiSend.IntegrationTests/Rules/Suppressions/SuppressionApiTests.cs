using System.Text.Json;
using ScaiSend.Api.Authentication;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Suppressions;

/// <summary>The lists and groups over HTTP, in both dialects.</summary>
public sealed class SuppressionApiTests
{
    private static readonly string[] Families = ["bounces", "blocks", "invalid_emails", "spam_reports"];

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_entry_is_added_found_filtered_and_deleted_in_each_family(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        foreach (var family in Families)
        {
            var path = $"/v3/suppression/{family}";
            Assert.Equal("""[]""", (await Ask(product, "GET", $"/sendgrid{path}/ada@example.org")).Body);
            Assert.Equal(404, (await Ask(product, "GET", $"{path}/ada@example.org")).Status);
            foreach (var address in (string[])["ada@example.org", "adam_1@example.org", "eve@example.com"])
            {
                Assert.Equal(201, (await Ask(product, "POST", path, $$"""{"email":"{{address}}","reason":"r"}""")).Status);
                product.Clock.Advance(TimeSpan.FromSeconds(10));
            }
            var now = product.Clock.GetUtcNow().ToUnixTimeSeconds();

            var page = (await Ask(product, "GET", $"{path}?limit=1&offset=1")).Json;
            Assert.Equal(3, page.GetProperty("total").GetInt32());
            Assert.Equal("adam_1@example.org", page.GetProperty(family)[0].GetProperty("email").GetString());
            Assert.Equal(
                ["ada@example.org"],
                Emails((await Ask(product, "GET", $"{path}?email=ADA@example.org")).Json.GetProperty(family))
            );
            Assert.Equal(["eve@example.com"], Emails((await Ask(product, "GET", $"/sendgrid{path}?start_time={now - 15}")).Json));
            Assert.Equal(
                ["adam_1@example.org", "ada@example.org"],
                Emails((await Ask(product, "GET", $"/sendgrid{path}?end_time={now - 15}")).Json)
            );
            Assert.Equal(["adam_1@example.org", "ada@example.org"], Emails((await Ask(product, "GET", $"/sendgrid{path}?email=ada")).Json));
            Assert.Equal(["eve@example.com"], Emails((await Ask(product, "GET", $"/sendgrid{path}?email=%25.com")).Json));
            Assert.Equal(["adam_1@example.org"], Emails((await Ask(product, "GET", $"/sendgrid{path}?email=adam_")).Json));

            Assert.Equal(400, (await Ask(product, "DELETE", path)).Status);
            Assert.Equal(
                400,
                (await Ask(product, "DELETE", $"/sendgrid{path}", """{"delete_all":true,"emails":["a@b.example"]}""")).Status
            );
            Assert.Equal(400, (await Ask(product, "DELETE", $"{path}?delete_all=true", """{"delete_all":false}""")).Status);
            Assert.Equal(201, (await Ask(product, "POST", path, """{"email":"a/b@example.org"}""")).Status);
            Assert.Equal(200, (await Ask(product, "GET", $"{path}/a%2Fb@example.org")).Status);
            Assert.Equal(204, (await Ask(product, "DELETE", $"/sendgrid{path}/a%2fb@example.org")).Status);
            Assert.Equal(404, (await Ask(product, "GET", $"{path}/a%2Fb@example.org")).Status);
            Assert.Equal(204, (await Ask(product, "DELETE", $"{path}/ADA@example.org")).Status);
            Assert.Equal(404, (await Ask(product, "DELETE", $"{path}/ada@example.org")).Status);
            Assert.Equal(204, (await Ask(product, "DELETE", $"/sendgrid{path}", """{"emails":["eve@example.com"]}""")).Status);
            Assert.Equal(["adam_1@example.org"], Emails((await Ask(product, "GET", $"/sendgrid{path}")).Json));
            Assert.Equal(204, (await Ask(product, "DELETE", $"{path}?delete_all=true")).Status);
            Assert.Equal("[]", (await Ask(product, "GET", $"/sendgrid{path}")).Body);
        }
    }

    [Fact]
    public async Task Global_unsubscribes_of_a_wrong_import_are_deleted_together()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        const string Path = "/v3/suppression/unsubscribes";
        await Ask(
            product,
            "POST",
            "/v3/asm/suppressions/global",
            """{"recipient_emails":["a@example.org","b/c@example.org","d@example.org","e@example.org"]}"""
        );

        Assert.Equal(204, (await Ask(product, "DELETE", "/v3/asm/suppressions/global/b%2Fc@example.org")).Status);
        Assert.Equal(204, (await Ask(product, "DELETE", Path, """{"emails":["a@example.org"]}""")).Status);
        Assert.Equal(2, (await Ask(product, "GET", Path)).Json.GetProperty("total").GetInt32());
        Assert.Equal(204, (await Ask(product, "DELETE", Path, """{"delete_all":true}""")).Status);
        Assert.Equal(0, (await Ask(product, "GET", Path)).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_ip_of_a_spam_report_is_one()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        const string Path = "/v3/suppression/spam_reports";

        Assert.Equal(422, (await Ask(product, "POST", Path, """{"email":"a@example.org","ip":"not an ip"}""")).Status);
        Assert.Equal(201, (await Ask(product, "POST", Path, """{"email":"a@example.org","ip":"2001:db8::1"}""")).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Groups_and_their_members_live_as_at_SendGrid(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var first = await GroupAsync(product, "News", isDefault: true);
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await GroupAsync(product, "Offers", isDefault: true);
        Assert.Equal(400, (await Ask(product, "POST", "/v3/asm/groups", """{"name":"NEWS","description":"d"}""")).Status);
        var members = $"/sendgrid/v3/asm/groups/{first}/suppressions";
        Assert.Equal(201, (await Ask(product, "POST", members, """{"recipient_emails":["a@example.org","b@example.org"]}""")).Status);

        var groups = (await Ask(product, "GET", "/sendgrid/v3/asm/groups")).Json.EnumerateArray().ToList();
        Assert.Equal([false, true], groups.Select(g => g.GetProperty("is_default").GetBoolean()));
        Assert.Equal([2, 0], groups.Select(g => g.GetProperty("unsubscribes").GetInt32()));
        Assert.Equal(1, (await Ask(product, "GET", $"/sendgrid/v3/asm/groups?id={second}")).Json.GetArrayLength());
        Assert.Equal(
            ["b@example.org"],
            (await Ask(product, "POST", $"{members}/search", """{"recipient_emails":["B@example.org","c@example.org"]}"""))
                .Json.EnumerateArray()
                .Select(e => e.GetString())
        );
        var ofAddress = (await Ask(product, "GET", "/sendgrid/v3/asm/suppressions/A@example.org")).Json.GetProperty("suppressions");
        Assert.Equal([true, false], ofAddress.EnumerateArray().Select(g => g.GetProperty("suppressed").GetBoolean()));
        Assert.Equal(2, (await Ask(product, "GET", "/sendgrid/v3/asm/suppressions")).Json.GetArrayLength());
        Assert.Equal(201, (await Ask(product, "PATCH", $"/sendgrid/v3/asm/groups/{first}", """{"name":"Weekly"}""")).Status);
        Assert.Equal("Weekly", (await Ask(product, "GET", $"/v3/asm/groups/{first}")).Text("name"));
        Assert.Equal(204, (await Ask(product, "DELETE", $"{members}/a@example.org")).Status);
        Assert.Equal(204, (await Ask(product, "DELETE", $"/v3/asm/groups/{first}")).Status);
        Assert.Equal("[]", (await Ask(product, "GET", "/sendgrid/v3/asm/suppressions")).Body);

        // Who leaves a group that is gone leaves everything, at SendGrid.
        Assert.Equal(
            404,
            (await Ask(product, "POST", $"/v3/asm/groups/{first}/suppressions", """{"recipient_emails":["c@example.org"]}""")).Status
        );
        Assert.Equal(201, (await Ask(product, "POST", members, """{"recipient_emails":["c@example.org"]}""")).Status);
        Assert.Equal(
            "c@example.org",
            (await Ask(product, "GET", "/sendgrid/v3/asm/suppressions/global/c@example.org")).Text("recipient_email")
        );
        Assert.Equal("{}", (await Ask(product, "GET", "/sendgrid/v3/asm/suppressions/global/d@example.org")).Body);
    }

    [Fact]
    public async Task Mail_to_a_group_that_there_is_not_is_refused_in_SendGrids_words()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var other = await product.AddKeyAsync(await product.AddTenantAsync(), Scopes.All);
        var theirs = (await product.CallAsync("POST", "/v3/asm/groups", other, """{"name":"N","description":"d"}"""))
            .Json.GetProperty("id")
            .GetInt32();

        foreach (var id in (long[])[theirs, 0, 5_000_000_000])
        {
            using var answer = await product.PostAsync(Some.Request(Some.To("ada@example.org"), new { asm = new { group_id = id } }));
            var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Equal(
                $"The ASM group ID must be a valid Group ID on your account. You provided {id}.",
                error.GetProperty("errors")[0].GetProperty("message").GetString()
            );
            Assert.Equal("asm.group_id", error.GetProperty("errors")[0].GetProperty("field").GetString());
        }
        // A moment later it is there, and no refusal is remembered.
        var mine = await GroupAsync(product, "Mine", isDefault: false);
        await product.SendAsync(Some.To("ada@example.org"), new { asm = new { group_id = mine } });
    }

    [Fact]
    public async Task One_tenant_never_sees_or_changes_the_lists_of_another()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var b = await product.AddKeyAsync(await product.AddTenantAsync(), Scopes.All);
        var group = await GroupAsync(product, "News", isDefault: false);
        const string some = """{"recipient_emails":["ada@example.org"]}""";
        await Ask(product, "POST", $"/v3/asm/groups/{group}/suppressions", some);
        await Ask(product, "POST", "/v3/asm/suppressions/global", some);
        foreach (var family in Families)
            await Ask(product, "POST", $"/v3/suppression/{family}", """{"email":"ada@example.org"}""");
        string[] reads =
        [
            .. Families.Append("unsubscribes").Select(f => $"/v3/suppression/{f}"),
            .. Families.Select(f => $"/v3/suppression/{f}/ada@example.org"),
            "/v3/asm/suppressions/global/ada@example.org",
            "/v3/asm/suppressions/ada@example.org",
            "/v3/asm/suppressions",
            "/v3/asm/groups",
            $"/v3/asm/groups/{group}",
            $"/v3/asm/groups/{group}/suppressions",
        ];
        string[] writes =
        [
            .. Families.SelectMany(f => (string[])[$"/v3/suppression/{f}/ada@example.org", $"/v3/suppression/{f}?delete_all=true"]),
            "/v3/asm/suppressions/global/ada@example.org",
            $"/v3/asm/groups/{group}/suppressions/ada@example.org",
            $"/v3/asm/groups/{group}",
        ];
        var before = await ReadAllAsync(product, reads);

        foreach (var path in reads)
        foreach (var dialect in (string[])["", "/sendgrid"])
        {
            var answer = await product.CallAsync("GET", dialect + path, b);
            Assert.DoesNotContain(answer.Status == 200 ? "ada@example.org" : "never", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("News", answer.Body, StringComparison.Ordinal);
        }
        foreach (var path in writes)
            Assert.Contains((await product.CallAsync("DELETE", path, b)).Status, (int[])[204, 404]);
        Assert.Equal(404, (await product.CallAsync("PATCH", $"/v3/asm/groups/{group}", b, """{"name":"B"}""")).Status);
        Assert.Equal(404, (await product.CallAsync("POST", $"/v3/asm/groups/{group}/suppressions", b, some)).Status);

        Assert.Equal(before, await ReadAllAsync(product, reads));
        Assert.All(before, body => Assert.DoesNotContain("\"total\":0", body, StringComparison.Ordinal));
    }

    private static async Task<string[]> ReadAllAsync(Product product, IEnumerable<string> paths)
    {
        var bodies = new List<string>();
        foreach (var path in paths)
        {
            var answer = await Ask(product, "GET", path);
            Assert.Equal(200, answer.Status);
            bodies.Add(answer.Body);
        }
        return [.. bodies];
    }

    private static async Task<int> GroupAsync(Product product, string name, bool isDefault)
    {
        var body = JsonSerializer.Serialize(
            new
            {
                name,
                description = "d",
                is_default = isDefault,
            }
        );
        return (await Ask(product, "POST", "/sendgrid/v3/asm/groups", body)).Json.GetProperty("id").GetInt32();
    }

    private static string[] Emails(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetProperty("email").GetString()!)];

    private static Task<CallAnswer> Ask(Product product, string method, string path, string? body = null) =>
        product.CallAsync(method, path, product.LiveKey, body);
}
