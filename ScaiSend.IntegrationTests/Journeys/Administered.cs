using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Partners, tenants, roles, users and groups over HTTP, and what is written down about it.</summary>
public sealed class Administered
{
    private static readonly string[] Read = [Scopes.StatsRead];
    private static readonly string[] Both = [Scopes.StatsRead, Scopes.TemplatesRead];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_change_is_written_down_with_who_why_before_and_after(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        await world.Product.AddUserAsync(await world.Product.TenantIdAsync(), "usr_ada");
        await SayAsync(
            "partner one",
            "PATCH",
            "/api/admin/tenants/{default}",
            new { name = "Renamed", limits = new { others_per_second = 900 } }
        );
        await ExpectAsync(
            "tenant_change",
            """{"others_per_second":null}""",
            """{"others_per_second":900,"name":"Renamed"}""",
            partOnly: true
        );
        // What is longest when it is written down is still written down.
        var large = new { text = new string('a', 10_000) + new string('&', 1_000) };
        await SayAsync("partner one", "PATCH", "/api/admin/tenants/{default}", new { settings = large });
        await SayAsync("partner one", "PATCH", "/api/admin/tenants/{default}", new { settings = new { text = new string('ü', 2_500) } });
        var before = (await world.LastEntryAsync("default")).GetProperty("before").GetProperty("settings");
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(large), before));
        await SayAsync("operator", "POST", "/api/admin/tenants/{default}/suspend", new { reason = "Ticket 4711" });
        await ExpectAsync("tenant_suspend", """{"is_suspended":false}""", """{"is_suspended":true}""");
        // A second time nothing happens, so there is nothing to write down.
        var count = await CountAsync(world);
        await SayAsync("operator", "POST", "/api/admin/tenants/{default}/suspend", new { reason = "Ticket 4711" });
        Assert.Equal(count, await CountAsync(world));
        await SayAsync("operator", "POST", "/api/admin/tenants/{default}/resume", new { reason = "Ticket 4711" });
        await ExpectAsync("tenant_resume", """{"is_suspended":true}""", """{"is_suspended":false}""");
        world.WaitForAnswersToAge();

        await SayAsync("admin of default", "PUT", "/api/admin/tenants/{default}/tracking", new { ganalytics_utm_source = "news" });
        await ExpectAsync("tracking_change", """{"ganalytics_utm_source":""}""", """{"ganalytics_utm_source":"news"}""");
        await SayAsync("key of default", "PATCH", "/v3/tracking_settings/open", new { enabled = true });
        await ExpectAsync("tracking_change", """{"open_tracking_enabled":false}""", """{"open_tracking_enabled":true}""");
        await SayAsync("admin of default", "PUT", "/api/admin/tenants/{default}/settings", new { keep_bodies_days = 3 });
        await ExpectAsync("settings_change", """{"keep_bodies_days":null}""", """{"keep_bodies_days":3}""");

        world.Names["role"] = await world.MakeAsync("admin of default", "/api/admin/roles", new { name = "readers", permissions = Read });
        await ExpectAsync("role_add", null, """{"name":"readers","description":null,"permissions":["stats.read"]}""");
        await SayAsync("admin of default", "PATCH", "/api/admin/roles/{role}", new { permissions = Both });
        await ExpectAsync(
            "role_change",
            """{"name":"readers","description":null,"permissions":["stats.read"]}""",
            """{"name":"readers","description":null,"permissions":["templates.read","stats.read"]}"""
        );
        await SayAsync("admin of default", "POST", "/api/admin/users/usr_ada/roles/{role}?reason=Joins");
        await ExpectAsync("user_role_add", """{"has_role":false}""", """{"has_role":true}""", reason: "Joins");
        world.Names["group"] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = "Helpers" });
        await ExpectAsync("group_add", null, """{"name":"Helpers"}""");
        world.Names["inner"] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = "Night" });
        await SayAsync("admin of default", "PATCH", "/api/admin/groups/{group}", new { name = "Hands" });
        await ExpectAsync("group_change", """{"name":"Helpers"}""", """{"name":"Hands"}""");
        foreach (
            var (path, actions, field) in ((string, string[], string)[])
                [
                    ("members/usr_ada", ["group_member_add", "group_member_remove"], "is_member"),
                    ("groups/{inner}", ["group_nest", "group_unnest"], "is_in"),
                    ("roles/{role}", ["group_role_add", "group_role_remove"], "has_role"),
                ]
        )
        {
            await SayAsync("admin of default", "POST", $"/api/admin/groups/{{group}}/{path}");
            await ExpectAsync(actions[0], $$"""{"{{field}}":false}""", $$"""{"{{field}}":true}""");
            await SayAsync("admin of default", "DELETE", $"/api/admin/groups/{{group}}/{path}");
            await ExpectAsync(actions[1], $$"""{"{{field}}":true}""", $$"""{"{{field}}":false}""");
        }
        await SayAsync("admin of default", "DELETE", "/api/admin/groups/{inner}");
        await ExpectAsync("group_delete", """{"name":"Night","members":0,"roles":0}""", null);
        await SayAsync("admin of default", "DELETE", "/api/admin/users/usr_ada/roles/{role}");
        await ExpectAsync("user_role_remove", """{"has_role":true}""", """{"has_role":false}""");
        await SayAsync("admin of default", "DELETE", "/api/admin/roles/{role}");
        await ExpectAsync(
            "role_delete",
            """{"role":{"name":"readers","description":null,"permissions":["templates.read","stats.read"]},"users":0,"groups":0}""",
            null
        );

        var domain = await world.DoAsync("key of default", "POST", "/api/admin/domains", new { domain = "mail.example" });
        world.Names["domain"] = domain.Json.GetProperty("data").GetProperty("id").GetString()!;
        await ExpectAsync("domain_add", null, """{"is_active":true,"allow_subdomains":false}""", partOnly: true);
        await SayAsync("key of default", "PATCH", "/api/admin/domains/{domain}", new { allow_subdomains = true });
        await ExpectAsync("domain_change", """{"allow_subdomains":false}""", """{"allow_subdomains":true}""", partOnly: true);
        await SayAsync("key of default", "DELETE", "/api/admin/domains/{domain}");
        await ExpectAsync("domain_delete", """{"allow_subdomains":true}""", null, partOnly: true);
        await SayAsync("key of default", "DELETE", "/v3/recipients/bob@example.org");
        await ExpectAsync("erase", null, null);
        // Who was erased must not stand there for ever.
        Assert.DoesNotContain("bob@", (await world.LastEntryAsync("default")).ToString(), StringComparison.Ordinal);

        Task SayAsync(string who, string method, string path, object? body = null) => world.DoAsync(who, method, path, body);

        async Task ExpectAsync(string action, string? before, string? after, bool partOnly = false, string? reason = null)
        {
            var entry = await world.LastEntryAsync("default");
            Assert.Equal((action, "api"), (entry.GetProperty("action").GetString(), entry.GetProperty("via").GetString()));
            Assert.NotEqual("", entry.GetProperty("actor").GetString());
            Assert.Equal(world.Names["default"], entry.GetProperty("tenant_id").GetString());
            if (reason is not null)
                Assert.Equal(reason, entry.GetProperty("reason").GetString());
            Check(before, entry.GetProperty("before"), partOnly);
            Check(after, entry.GetProperty("after"), partOnly);
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_permission_comes_by_roles_groups_and_groups_around_them_and_goes_with_them(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        await world.Product.AddUserAsync(await world.Product.TenantIdAsync(), "usr_ada");
        world.Names["readers"] = await world.MakeAsync(
            "admin of default",
            "/api/admin/roles",
            new { name = "readers", permissions = Read }
        );
        foreach (var group in (string[])["outer", "middle", "inner"])
            world.Names[group] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = group });
        foreach (
            var path in (string[])
                ["{outer}/groups/{middle}", "{middle}/groups/{inner}", "{inner}/members/usr_ada", "{outer}/roles/{readers}"]
        )
            Assert.Equal(204, (await world.DoAsync("admin of default", "POST", $"/api/admin/groups/{path}")).Status);

        // No circle, however long; twice is once.
        foreach (var path in (string[])["{outer}/groups/{outer}", "{middle}/groups/{outer}", "{inner}/groups/{outer}"])
            Assert.Equal(409, (await world.CallAsync("admin of default", "POST", $"/api/admin/groups/{path}")).Status);
        Assert.Equal(204, (await world.DoAsync("admin of default", "POST", "/api/admin/groups/{outer}/groups/{middle}")).Status);

        await ScopesAsync("""["stats.read"]""");
        var user = (await world.DoAsync("admin of default", "GET", "/api/admin/users/usr_ada")).Json.GetProperty("data");
        var permission = Assert.Single(user.GetProperty("permissions").EnumerateArray());
        var source = Assert.Single(permission.GetProperty("from").EnumerateArray());
        Assert.Equal(
            ("stats.read", "readers", "outer"),
            (
                permission.GetProperty("id").GetString(),
                source.GetProperty("role").GetProperty("name").GetString(),
                source.GetProperty("group").GetProperty("name").GetString()
            )
        );
        Assert.Equal("inner", Assert.Single(user.GetProperty("groups").EnumerateArray()).GetProperty("name").GetString());

        // Here at once, elsewhere within seconds.
        await world.DoAsync("admin of default", "DELETE", "/api/admin/groups/{middle}/groups/{inner}");
        await ScopesAsync("[]");
        await world.DoAsync("admin of default", "POST", "/api/admin/users/usr_ada/roles/{readers}");
        await world.DoAsync("admin of default", "POST", "/api/admin/users/usr_ada/roles/{readers}");
        await ScopesAsync("""["stats.read"]""");
        await world.DoAsync("admin of default", "DELETE", "/api/admin/users/usr_ada/roles/{readers}");
        await ScopesAsync("[]");

        async Task ScopesAsync(string expected) =>
            Assert.Equal($$"""{"scopes":{{expected}}}""", (await world.DoAsync("usr_ada of default", "GET", "/v3/scopes")).Body);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_group_of_ScaiKey_is_mapped_here_and_changed_there(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        var tenantId = await world.Product.TenantIdAsync();
        await using (var db = world.Product.Services.GetRequiredService<MailDatabase>().For(tenantId))
        {
            db.Groups.Add(
                new Platform.Storage.Identity.UserGroup
                {
                    Id = Contracts.Ids.New(world.Product.Clock),
                    TenantId = tenantId,
                    ExternalId = "grp_theirs",
                    Name = "Theirs",
                    CreatedAt = world.Product.Clock.GetUtcNow(),
                }
            );
            await db.SaveChangesAsync(Stop);
        }
        await world.Product.AddUserAsync(tenantId, "usr_ada");
        world.Names["readers"] = await world.MakeAsync(
            "admin of default",
            "/api/admin/roles",
            new { name = "readers", permissions = Read }
        );

        foreach (
            var (method, path, body) in ((string, string, object?)[])
                [
                    ("PATCH", "grp_theirs", new { name = "Ours" }),
                    ("DELETE", "grp_theirs", null),
                    ("POST", "grp_theirs/members/usr_ada", null),
                ]
        )
            Assert.Equal(409, (await world.CallAsync("admin of default", method, $"/api/admin/groups/{path}", body)).Status);
        var off = await world.CallAsync("admin of default", "PATCH", "/api/admin/users/usr_ada", new { is_active = false });
        Assert.Equal(409, off.Status);
        await world.DoAsync("admin of default", "POST", "/api/admin/groups/grp_theirs/roles/{readers}");
        var shown = (await world.DoAsync("admin of default", "GET", "/api/admin/groups/grp_theirs")).Json.GetProperty("data");
        Assert.Equal("readers", Assert.Single(shown.GetProperty("roles").EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_limit_that_is_set_holds_within_seconds_and_ends_as_it_came(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        await world.DoAsync("key of default", "GET", "/v3/templates");

        await world.DoAsync("partner one", "PATCH", "/api/admin/tenants/{default}", new { limits = new { others_per_second = 2 } });
        world.WaitForAnswersToAge();

        foreach (var who in (string[])["key of default", "admin of default"])
        {
            Assert.Equal("2", (await world.DoAsync(who, "GET", "/v3/templates")).Headers["X-RateLimit-Limit"]);
            await world.DoAsync(who, "GET", "/v3/templates");
            Assert.Equal(429, (await world.CallAsync(who, "GET", "/v3/templates")).Status);
        }
        // Other tenants have what they had.
        Assert.Equal("1000000", (await world.DoAsync("admin of away", "GET", "/v3/templates")).Headers["X-RateLimit-Limit"]);

        await world.DoAsync(
            "partner one",
            "PATCH",
            "/api/admin/tenants/{default}",
            new { limits = new { others_per_second = (int?)null } }
        );
        world.WaitForAnswersToAge();
        Assert.Equal("1000000", (await world.DoAsync("key of default", "GET", "/v3/templates")).Headers["X-RateLimit-Limit"]);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_partner_sees_the_sums_that_the_tenant_sees_itself(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        await using var world = await AdminWorld.StartAsync(stack, sink.Address, Product.All);
        await world.Product.EmailInStateAsync(await world.Product.SendAsync(Some.To("ada@example.org")), "Delivered");
        await world.Product.EmailInStateAsync(await world.Product.SendAsync(Some.To("nobody@example.org")), "Bounced");

        await Patience.WhenAsync(
            async () =>
            {
                var own = await world.DoAsync("key of default", "GET", "/v3/stats/sum?start_date=today");
                var seen = await world.DoAsync("partner one", "GET", "/api/admin/tenants/{default}/stats?start_date=today");
                return (Own: own.Body, Seen: seen.Json.GetProperty("data").GetProperty("metrics"));
            },
            it => it.Own == it.Seen.GetRawText() && it.Seen.GetProperty("bounces").GetInt32() == 1
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_look_at_what_a_message_says_is_written_down_first(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        world.Names["mail"] = await world.Product.SendAsync(Some.To("ada@example.org"));
        const string path = "/api/admin/messages/{mail}/content";

        Assert.Equal(422, (await world.CallAsync("operator", "GET", path)).Status);
        Assert.Equal(0, await LooksAsync(world));
        var looked = (await world.DoAsync("operator", "GET", path + "?reason=Ticket+4711")).Json.GetProperty("data");

        Assert.Equal(world.Names["default"], looked.GetProperty("tenant_id").GetString());
        Assert.NotEqual(JsonValueKind.Undefined, looked.GetProperty("subject").ValueKind);
        Assert.True(
            looked.GetProperty("text").ValueKind == JsonValueKind.String || looked.GetProperty("html").ValueKind == JsonValueKind.String
        );
        Assert.Equal(1, await LooksAsync(world));
        // The tenant sees that somebody has looked, who, and why.
        var entries = (await world.DoAsync("admin of default", "GET", "/api/admin/audit?action=content_look")).Json.GetProperty("entries");
        var entry = Assert.Single(entries.EnumerateArray());
        Assert.Equal(
            ("tests", "Ticket 4711", world.Names["mail"]),
            (
                entry.GetProperty("actor").GetString(),
                entry.GetProperty("reason").GetString(),
                entry.GetProperty("target").GetProperty("message_id").GetString()
            )
        );
        Assert.Equal(
            0,
            (await world.DoAsync("partner one", "GET", "/api/admin/audit?action=content_look")).Json.GetProperty("entries").GetArrayLength()
        );
        Assert.Equal(
            404,
            (await world.CallAsync("admin of away", "GET", $"/api/admin/audit/{entry.GetProperty("id").GetString()}")).Status
        );
        Assert.Equal(404, (await world.CallAsync("operator", "GET", "/api/admin/messages/msg_1/content?reason=r")).Status);

        // Without the entry there is no answer.
        await using (var db = world.Product.Services.GetRequiredService<MailDatabase>().ForPlatform())
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE audit_entries RENAME TO audit_entries_away", Stop);
        Assert.True((await world.CallAsync("operator", "GET", path + "?reason=Ticket+4711")).Status >= 500);
    }

    private static async Task<int> LooksAsync(AdminWorld world)
    {
        await using var db = world.Product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.AuditEntries.CountAsync(e => e.Action == "content_look", Stop);
    }

    private static async Task<int> CountAsync(AdminWorld world)
    {
        await using var db = world.Product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.AuditEntries.CountAsync(Stop);
    }

    private static void Check(string? expected, JsonElement found, bool partOnly)
    {
        if (expected is null || found.ValueKind == JsonValueKind.Null)
        {
            Assert.True(expected is null && found.ValueKind == JsonValueKind.Null, $"{found} instead of {expected}");
            return;
        }
        var wanted = JsonDocument.Parse(expected).RootElement;
        if (!partOnly)
            Assert.True(JsonElement.DeepEquals(wanted, found), $"{found} instead of {expected}");
        foreach (var field in wanted.EnumerateObject())
            Assert.True(JsonElement.DeepEquals(field.Value, found.GetProperty(field.Name)), $"{found} instead of {expected}");
    }
}
