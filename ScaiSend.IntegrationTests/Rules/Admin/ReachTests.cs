using ScaiSend.Api.Authentication;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Admin;

/// <summary>Nobody gives himself or others more than he has, and nobody locks the tenant out.</summary>
public sealed class ReachTests
{
    private static readonly string[] OnlyUsers = [Scopes.AdminUsers];
    private static readonly string[] Weak = [Scopes.AdminUsers, Scopes.StatsRead];
    private static readonly string[] Read = [Scopes.StatsRead];
    private static readonly string[] Strong = [Scopes.StatsRead, Scopes.MailSend];

    [Fact]
    public async Task Who_administers_users_reaches_no_further_than_he_may_himself()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        await PrepareAsync(world);
        (string Method, string Path, object? Body)[] tries =
        [
            ("POST", "/api/admin/roles", new { name = "mine", permissions = Scopes.All }),
            ("POST", "/api/admin/roles", new { name = "mine", permissions = Strong }),
            ("PATCH", "/api/admin/roles/{weak}", new { permissions = Strong }),
            ("PATCH", "/api/admin/roles/{strong}", new { permissions = Read }),
            ("PATCH", "/api/admin/roles/{strong}", new { name = "renamed" }),
            ("DELETE", "/api/admin/roles/{strong}", null),
            ("POST", "/api/admin/users/usr_weak/roles/{strong}", null),
            ("POST", "/api/admin/users/{grace}/roles/{strong}", null),
            ("DELETE", "/api/admin/users/{grace}/roles/{strong}", null),
            ("PATCH", "/api/admin/users/{grace}", new { is_active = false }),
            ("POST", "/api/admin/groups/{mine}/roles/{strong}", null),
            ("POST", "/api/admin/groups/{theirs}/members/usr_weak", null),
            ("DELETE", "/api/admin/groups/{theirs}/roles/{strong}", null),
            // By way of a group that is in a stronger one.
            ("POST", "/api/admin/groups/{theirs}/groups/{mine}", null),
            ("POST", "/api/admin/groups/{inTheirs}/members/usr_weak", null),
            ("PATCH", "/api/admin/groups/{theirs}", new { name = "renamed" }),
            ("DELETE", "/api/admin/groups/{theirs}", null),
            ("DELETE", "/api/admin/groups/{inTheirs}", null),
        ];
        var before = await EverythingAsync(world);

        foreach (var (method, path, body) in tries)
        {
            var answer = await world.CallAsync("usr_weak of default", method, path, body);
            Assert.True(answer.Status == 403, $"{method} {path}: {answer.Status} {answer.Body}");
            Assert.StartsWith("Missing required scope: ", answer.Text("detail"), StringComparison.Ordinal);
        }
        Assert.Equal(before, await EverythingAsync(world));

        // What he may himself he may give.
        world.Names["readers"] = await world.MakeAsync(
            "usr_weak of default",
            "/api/admin/roles",
            new { name = "readers", permissions = Read }
        );
        await world.DoAsync("usr_weak of default", "POST", "/api/admin/groups/{mine}/roles/{readers}");
        await world.DoAsync("usr_weak of default", "POST", "/api/admin/groups/{mine}/members/{grace}");
    }

    [Fact]
    public async Task The_last_who_may_administer_users_stays()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        world.Names["weak"] = await RoleAsync(world, "weak", OnlyUsers);
        foreach (var role in (await RolesAsync(world)).Where(r => r.Name is "developer" or "viewer"))
            await world.DoAsync("admin of default", "DELETE", $"/api/admin/roles/{role.Id}");
        var admin = (await RolesAsync(world)).Single(r => r.Name == "admin").Id;
        await world.DoAsync("admin of default", "DELETE", $"/api/admin/roles/{admin}");

        // The last role that permits it.
        foreach (var (method, body) in ((string, object?)[])[("DELETE", null), ("PATCH", new { permissions = Read })])
        {
            var answer = await world.CallAsync("admin of default", method, "/api/admin/roles/{weak}", body);
            Assert.True(answer.Status == 409, answer.Body);
        }

        // The last who has it, whichever way he has it.
        await world.Product.AddUserAsync(await world.Product.TenantIdAsync(), "usr_ada");
        world.Names["group"] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = "Administrators" });
        world.Names["inner"] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = "Inner" });
        await world.DoAsync("admin of default", "POST", "/api/admin/groups/{group}/roles/{weak}");
        await world.DoAsync("admin of default", "POST", "/api/admin/groups/{group}/groups/{inner}");
        await world.DoAsync("admin of default", "POST", "/api/admin/groups/{inner}/members/usr_ada");
        foreach (
            var path in (string[])
                [
                    "/api/admin/groups/{inner}/members/usr_ada",
                    "/api/admin/groups/{group}/groups/{inner}",
                    "/api/admin/groups/{group}/roles/{weak}",
                    "/api/admin/groups/{group}",
                    "/api/admin/groups/{inner}",
                ]
        )
        {
            var answer = await world.CallAsync("admin of default", "DELETE", path);
            Assert.True(answer.Status == 409, $"{path}: {answer.Status} {answer.Body}");
        }
        await world.DoAsync("admin of default", "POST", "/api/admin/users/usr_ada/roles/{weak}");
        await world.DoAsync("admin of default", "DELETE", "/api/admin/groups/{group}");
        Assert.Equal(409, (await world.CallAsync("admin of default", "DELETE", "/api/admin/users/usr_ada/roles/{weak}")).Status);
    }

    [Fact]
    public async Task A_user_of_another_tenant_is_nobody_here_but_staff_can_bring_him_in()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        world.Names["readers"] = await RoleAsync(world, "readers", Read);
        world.Names["group"] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = "Guests" });
        Assert.True(Contracts.Ids.TryRead(Contracts.Ids.Tenant, world.Names["away"], out var away));
        world.Names["eve"] = Contracts.Ids.Show(Contracts.Ids.User, await world.Product.AddUserAsync(away));

        foreach (var path in (string[])["/api/admin/users/{eve}/roles/{readers}", "/api/admin/groups/{group}/members/{eve}"])
            Assert.Equal(404, (await world.CallAsync("admin of default", "POST", path)).Status);
        Assert.Equal(404, (await world.CallAsync("admin of default", "GET", "/api/admin/users/{eve}")).Status);

        var path2 = "/api/admin/users/{eve}/roles/{readers}?tenant={default}";
        Assert.Equal(422, (await world.CallAsync("operator", "POST", path2)).Status);
        await world.DoAsync("operator", "POST", $"{path2}&reason=Asked+by+both");
        var shown = (await world.DoAsync("admin of default", "GET", "/api/admin/users/{eve}")).Json.GetProperty("data");
        Assert.False(shown.GetProperty("is_at_home").GetBoolean());
        // He is not this tenant's to shut out everywhere.
        var off = await world.CallAsync("admin of default", "PATCH", "/api/admin/users/{eve}", new { is_active = false });
        Assert.Equal(403, off.Status);
    }

    private static async Task PrepareAsync(AdminWorld world)
    {
        var tenantId = await world.Product.TenantIdAsync();
        await world.Product.AddUserAsync(tenantId, "usr_weak");
        world.Names["grace"] = Contracts.Ids.Show(Contracts.Ids.User, await world.Product.AddUserAsync(tenantId));
        world.Names["weak"] = await RoleAsync(world, "weak", Weak);
        world.Names["strong"] = await RoleAsync(world, "strong", Strong);
        foreach (var group in (string[])["mine", "theirs", "inTheirs"])
            world.Names[group] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = group });
        foreach (
            var path in (string[])
                [
                    "/api/admin/users/usr_weak/roles/{weak}",
                    "/api/admin/users/{grace}/roles/{strong}",
                    "/api/admin/groups/{theirs}/roles/{strong}",
                    "/api/admin/groups/{theirs}/groups/{inTheirs}",
                ]
        )
            await world.DoAsync("admin of default", "POST", path);
    }

    private static Task<string> RoleAsync(AdminWorld world, string name, string[] permissions) =>
        world.MakeAsync("admin of default", "/api/admin/roles", new { name, permissions });

    private static async Task<IReadOnlyList<(string Id, string Name)>> RolesAsync(AdminWorld world) =>
        [
            .. (await world.DoAsync("admin of default", "GET", "/api/admin/roles"))
                .Json.GetProperty("data")
                .EnumerateArray()
                .Select(r => (r.GetProperty("id").GetString()!, r.GetProperty("name").GetString()!)),
        ];

    private static async Task<string> EverythingAsync(AdminWorld world)
    {
        var all = "";
        foreach (
            var path in (string[])["roles?include_permissions=true", "users", "users/{grace}", "groups", "groups/{mine}", "groups/{theirs}"]
        )
            all += (await world.DoAsync("admin of default", "GET", $"/api/admin/{path}")).Body;
        return all;
    }
}
