using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Rules.Login;

/// <summary>Who comes in after a right password, and where.</summary>
public sealed class AdmissionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task One_with_roles_in_several_tenants_enters_the_one_that_he_asks_for_or_his_home(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var ada = await product.AddPersonAsync(roles: "viewer");
        var (home, second, strange) = (
            await product.TenantIdAsync(),
            await AddTenantAsync(product, "second"),
            await AddTenantAsync(product, "strange")
        );
        await GiveRoleAsync(product, second, ada.Id, "developer");

        Assert.Equal(home, TenantOf(await product.LogInAsync()));
        var answer = await product.LogInAsync(new { tenant = "second" });
        Assert.Equal(second, TenantOf(answer));
        Assert.Equal(second, TenantOf(await product.LogInAsync(new { tenant = Ids.Show(Ids.Tenant, second) })));
        // A refresh stays where the login was.
        var refreshed = await product.RefreshAsync(answer.Text("refresh_token"));
        var me = await product.CallAsync("GET", "/v3/auth/me", refreshed.Text("access_token"));
        Assert.Equal((Ids.Show(Ids.Tenant, second), "developer"), (me.Text("tenant_id"), me.Json.GetProperty("roles")[0].GetString()));

        foreach (var refused in (string[])["strange", Ids.Show(Ids.Tenant, strange), "nowhere"])
        {
            var (_, state) = await product.BeginLoginAsync(new { tenant = refused });
            var page = await product.SubmitAsync(state);
            Assert.Equal(403, page.Status);
            Assert.Contains("You have no role in the organisation", page.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_without_a_home_enters_his_only_tenant_and_must_choose_among_several()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var ada = await product.AddPersonAsync(hasTenant: false);
        Assert.Contains("You have no role in any organisation", await RefusalAsync(product), StringComparison.Ordinal);

        await GiveRoleAsync(product, await product.TenantIdAsync(), ada.Id, "viewer");
        Assert.Equal(await product.TenantIdAsync(), TenantOf(await product.LogInAsync()));

        await GiveRoleAsync(product, await AddTenantAsync(product, "second"), ada.Id, "viewer");
        Assert.Contains("You have roles in several organisations", await RefusalAsync(product), StringComparison.Ordinal);
        Assert.Equal(200, (await product.LogInAsync(new { tenant = "second" })).Status);
    }

    [Fact]
    public async Task Ranks_are_in_the_token_and_need_no_tenant()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var partnerId = await AddPartnerAsync(product);
        var (theirs, others) = (await AddTenantAsync(product, "theirs", partnerId), await AddTenantAsync(product, "others"));
        await product.AddPersonAsync("super@example.org", rank: Rank.SuperAdmin, hasTenant: false);
        await product.AddPersonAsync("partner@example.org", rank: Rank.PartnerAdmin, partnerId: partnerId, hasTenant: false);
        await product.AddPersonAsync("boss@example.org", rank: Rank.TenantAdmin);

        var super = await MeAsync(product, await product.LogInAsync(email: "super@example.org"));
        Assert.Equal(
            ("super_admin", System.Text.Json.JsonValueKind.Null),
            (super.Text("role"), super.Json.GetProperty("tenant").ValueKind)
        );
        var partner = await MeAsync(product, await product.LogInAsync(email: "partner@example.org"));
        Assert.Equal(("partner_admin", Ids.Show(Ids.Partner, partnerId)), (partner.Text("role"), partner.Text("partner_id")));
        var boss = await MeAsync(product, await product.LogInAsync(email: "boss@example.org"));
        Assert.Equal((Scopes.All.Count, "tenant_admin"), (boss.Json.GetProperty("permissions").GetArrayLength(), boss.Text("role")));

        // Who has no tenant opens nothing of one, and a partner's administrator reaches his partner's only.
        var token = (await product.LogInAsync(email: "super@example.org")).Text("access_token");
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/templates", token)).Status);
        Assert.Equal(theirs, TenantOf(await product.LogInAsync(new { tenant = "theirs" }, "partner@example.org")));
        Assert.Equal(others, TenantOf(await product.LogInAsync(new { tenant = "others" }, "super@example.org")));
        var (_, state) = await product.BeginLoginAsync(new { tenant = "others" });
        Assert.Equal(403, (await product.SubmitAsync(state, "partner@example.org")).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task One_who_is_deactivated_is_out_at_every_step(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var ada = await product.AddPersonAsync(rank: Rank.TenantAdmin);
        var tokens = await product.LogInAsync();
        var (code, state) = await product.CodeAsync();
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/auth/me", tokens.Text("access_token"))).Status);

        await product.DeactivateAsync(ada.Id);
        product.Clock.Advance(ApiKeys.KeepFor);

        var exchanged = await product.ExchangeAsync(code, state);
        Assert.Equal((403, """{"detail":"User is deactivated"}"""), (exchanged.Status, exchanged.Body));
        Assert.Equal(403, (await product.RefreshAsync(tokens.Text("refresh_token"))).Status);
        foreach (var path in (string[])["/v3/auth/me", "/v3/templates"])
        {
            var answer = await product.CallAsync("GET", path, tokens.Text("access_token"));
            Assert.Equal((401, """{"detail":"User is deactivated"}"""), (answer.Status, answer.Body));
        }
        Assert.Contains("This account is deactivated", await RefusalAsync(product), StringComparison.Ordinal);
        // Only one who knows the password hears that there is such an account.
        var (_, another) = await product.BeginLoginAsync();
        Assert.Equal(401, (await product.SubmitAsync(another, password: "not the password")).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Nobody_of_a_suspended_tenant_comes_in_and_its_logins_go_on_when_it_is_resumed(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var tokens = await product.LogInAsync();
        var (code, state) = await product.CodeAsync();
        var tenants = product.Services.GetRequiredService<TenantTable>();

        await tenants.SuspendAsync(await product.TenantIdAsync(), isSuspended: true, Stop);
        product.Clock.Advance(ApiKeys.KeepFor);

        foreach (
            var answer in (CallAnswer[])[await product.ExchangeAsync(code, state), await product.RefreshAsync(tokens.Text("refresh_token"))]
        )
            Assert.Equal((403, """{"detail":"Tenant suspended"}"""), (answer.Status, answer.Body));
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/auth/me", tokens.Text("access_token"))).Status);
        Assert.Contains("Your organisation is suspended", await RefusalAsync(product), StringComparison.Ordinal);

        await tenants.SuspendAsync(await product.TenantIdAsync(), isSuspended: false, Stop);
        Assert.Equal(200, (await product.RefreshAsync(tokens.Text("refresh_token"))).Status);
    }

    [Fact]
    public async Task Me_is_for_people_with_a_token()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var ours = product
            .Services.GetRequiredService<BuiltInTokens>()
            .Issue("cli:ops", await product.TenantIdAsync(), ["viewer"], TimeSpan.FromHours(1));

        var key = await product.CallAsync("GET", "/v3/auth/me", product.LiveKey);
        Assert.Equal((403, """{"detail":"This is for people: it needs a token of a login, not an API key"}"""), (key.Status, key.Body));
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/auth/me", null)).Status);
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/auth/me", "a.b.c")).Status);
        var me = await product.CallAsync("GET", "/sendgrid/v3/auth/me", ours);
        Assert.Equal((200, "cli:ops", "viewer"), (me.Status, me.Text("id"), me.Json.GetProperty("roles")[0].GetString()));
    }

    private static async Task<string> RefusalAsync(Product product)
    {
        var (_, state) = await product.BeginLoginAsync();
        var page = await product.SubmitAsync(state);
        Assert.Equal(403, page.Status);
        return page.Html;
    }

    private static Task<CallAnswer> MeAsync(Product product, CallAnswer login) =>
        product.CallAsync("GET", "/v3/auth/me", login.Text("access_token"));

    private static Guid TenantOf(CallAnswer login)
    {
        Assert.True(login.Status == 200, login.Body);
        Assert.True(Ids.TryRead(Ids.Tenant, login.Json.GetProperty("user").GetProperty("tenant_id").GetString(), out var id));
        return id;
    }

    private static async Task<Guid> AddTenantAsync(Product product, string slug, Guid? partnerId = null)
    {
        var added = await product
            .Services.GetRequiredService<TenantTable>()
            .AddAsync(slug, slug, (db, id, stop) => DefaultRoles.AddMissingAsync(db, id, product.Clock, stop), Stop);
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(added!.Id);
        await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.PartnerId, partnerId), Stop);
        return added.Id;
    }

    private static async Task<Guid> AddPartnerAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var partner = new Partner
        {
            Id = Ids.New(product.Clock),
            Name = "Agency",
            Slug = "agency",
            CreatedAt = product.Clock.GetUtcNow(),
        };
        db.Partners.Add(partner);
        await db.SaveChangesAsync(Stop);
        return partner.Id;
    }

    private static async Task GiveRoleAsync(Product product, Guid tenantId, Guid userId, string role)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(tenantId);
        db.UserRoles.Add(
            new UserRole
            {
                TenantId = tenantId,
                UserId = userId,
                RoleId = await db.Roles.Where(r => r.Name == role).Select(r => r.Id).SingleAsync(Stop),
            }
        );
        await db.SaveChangesAsync(Stop);
    }
}
