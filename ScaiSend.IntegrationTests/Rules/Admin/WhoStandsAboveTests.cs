using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Rules.Admin;

/// <summary>What who runs the installation has decided, nobody below takes back.</summary>
public sealed class WhoStandsAboveTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_partner_ends_only_the_suspension_that_he_has_begun(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack, roles: Role.Serve);

        await world.DoAsync("partner one", "POST", "/api/admin/tenants/{beside}/suspend", new { reason = "unpaid" });
        Assert.Equal("partner", await SuspendedByAsync(world));
        await world.DoAsync("partner one", "POST", "/api/admin/tenants/{beside}/resume", new { reason = "paid" });

        await world.DoAsync("operator", "POST", "/api/admin/tenants/{beside}/suspend", new { reason = "spam" });
        Assert.Equal(
            403,
            (await world.CallAsync("partner one", "POST", "/api/admin/tenants/{beside}/resume", new { reason = "x" })).Status
        );
        await world.DoAsync("operator", "POST", "/api/admin/tenants/{beside}/resume", new { reason = "mended" });

        // What a partner has begun and staff goes on with is staff's.
        await world.DoAsync("partner one", "POST", "/api/admin/tenants/{beside}/suspend", new { reason = "unpaid" });
        await world.DoAsync("operator", "POST", "/api/admin/tenants/{beside}/suspend", new { reason = "spam" });
        Assert.Equal("staff", await SuspendedByAsync(world));
        Assert.Equal(
            403,
            (await world.CallAsync("partner one", "POST", "/api/admin/tenants/{beside}/resume", new { reason = "x" })).Status
        );
        await world.DoAsync("operator", "POST", "/api/admin/tenants/{beside}/resume", new { reason = "mended" });
        Assert.Null(await SuspendedByAsync(world));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Limits_of_staff_are_changed_by_staff_alone_until_staff_lets_go_of_them(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack, roles: Role.Serve);
        const string tenant = "/api/admin/tenants/{beside}";
        var more = new { limits = new { mail_send_per_second = 1000 }, reason = "more" };

        await world.DoAsync("partner one", "PATCH", tenant, more);
        await world.DoAsync("operator", "PATCH", tenant, new { limits = new { mail_send_per_second = 1 }, reason = "abuse" });
        Assert.Equal(403, (await world.CallAsync("partner one", "PATCH", tenant, more)).Status);
        await world.DoAsync("partner one", "PATCH", tenant, new { name = "Another", reason = "a name is no limit" });
        await world.DoAsync("operator", "PATCH", tenant, new { limits = new { mail_send_per_second = (int?)null }, reason = "over" });
        await world.DoAsync("partner one", "PATCH", tenant, more);
    }

    [Fact]
    public async Task A_tenant_that_ScaiKey_deleted_stays_suspended()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded, roles: Role.Serve);
        await world.DoAsync("operator", "POST", "/api/admin/tenants/{beside}/suspend", new { reason = "r" });
        await using var db = world.Product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        await db
            .Tenants.IgnoreQueryFilters()
            .Where(t => t.Slug == "beside")
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.DeletedAt, world.Product.Clock.GetUtcNow()), Stop);

        Assert.Equal(409, (await world.CallAsync("operator", "POST", "/api/admin/tenants/{beside}/resume", new { reason = "x" })).Status);
        var tenant = await db.Tenants.IgnoreQueryFilters().SingleAsync(t => t.Slug == "beside", Stop);
        Assert.False(await world.Product.Services.GetRequiredService<TenantTable>().SuspendAsync(tenant.Id, isSuspended: false, Stop));
    }

    [Theory]
    [InlineData(Rank.SuperAdmin)]
    [InlineData(Rank.PartnerAdmin)]
    public async Task Who_stands_above_a_tenant_is_not_locked_out_by_it(Rank rank)
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded, roles: Role.Serve);
        var user = await world.Product.AddPersonAsync(roles: "viewer");
        await using var db = world.Product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Rank, rank), Stop);
        var path = $"/api/admin/users/{Contracts.Ids.Show(Contracts.Ids.User, user.Id)}";

        Assert.Equal(403, (await world.CallAsync("admin of default", "PATCH", path, new { is_active = false })).Status);
        Assert.Equal(
            200,
            (await world.CallAsync("operator", "PATCH", $"{path}?tenant={{default}}", new { is_active = false, reason = "r" })).Status
        );
    }

    [Fact]
    public async Task Whom_staff_has_locked_out_no_tenant_lets_in_again()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded, roles: Role.Serve);
        var user = await world.Product.AddPersonAsync(roles: "viewer");
        var (path, users) = (
            $"/api/admin/users/{Contracts.Ids.Show(Contracts.Ids.User, user.Id)}",
            world.Product.Services.GetRequiredService<LocalUsers>()
        );

        await world.DoAsync("admin of default", "PATCH", path, new { is_active = false });
        await world.DoAsync("admin of default", "PATCH", path, new { is_active = true });
        Assert.True(await users.ActivateAsync(user.Id, isActive: false, Stop));
        Assert.Equal(403, (await world.CallAsync("admin of default", "PATCH", path, new { is_active = true })).Status);
        Assert.True(await users.ActivateAsync(user.Id, isActive: true, Stop));

        // Staff makes a lock of the tenant's its own.
        await world.DoAsync("admin of default", "PATCH", path, new { is_active = false });
        await world.DoAsync("operator", "PATCH", $"{path}?tenant={{default}}", new { is_active = false, reason = "r" });
        Assert.Equal(403, (await world.CallAsync("admin of default", "PATCH", path, new { is_active = true })).Status);
    }

    [Theory]
    [InlineData("%E2%80%8B", 422)]
    [InlineData("%00", 422)]
    [InlineData("%20", 422)]
    [InlineData("%E2%80%8Bx", 200)]
    public async Task A_reason_that_cannot_be_seen_is_none(string reason, int status)
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded, roles: Role.Serve);
        var id = await world.Product.SendAsync(Some.To("ada@example.org"));

        Assert.Equal(status, (await world.CallAsync("operator", "GET", $"/api/admin/messages/{id}/content?reason={reason}")).Status);
    }

    private static async Task<string?> SuspendedByAsync(AdminWorld world) =>
        (await world.DoAsync("operator", "GET", "/api/admin/tenants/{beside}"))
            .Json.GetProperty("data")
            .GetProperty("suspended_by")
            .GetString();
}
