using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What happens at ScaiKey decides who may do what here.</summary>
public sealed class ScaiKeyNewsArrives
{
    private static string[] These(params string[] ids) => ids;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_tenant_and_its_users_come_change_and_go(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: scaiKey.MirrorSettings, roles: Role.Serve);
        scaiKey.Clock = product.Clock;

        // The user comes before the tenant that he is of.
        await SayAsync(
            "user.created",
            "usr_ada",
            new
            {
                email = "Ada@example.org",
                first_name = "Ada",
                tenant_id = "tnt_shop",
            }
        );
        Assert.Equal((403, """{"detail":"Tenant suspended"}"""), await ScopesAsync());
        await SayAsync("partner.created", "prt_agency", new { name = "The agency", slug = "agency" });
        await SayAsync(
            "tenant.created",
            "tnt_shop",
            new
            {
                name = "The shop",
                slug = "shop",
                partner_id = "prt_agency",
            }
        );
        Assert.Equal(
            [
                "partner prt_agency The agency",
                "tenant tnt_shop The shop of prt_agency active",
                "user usr_ada Ada@example.org Ada of tnt_shop active",
            ],
            await product.MirroredAsync()
        );
        var tenantId = await TenantAsync(tenant =>
        {
            Assert.Equal("shop", tenant.Slug);
            return tenant.Id;
        });
        var key = await product.AddKeyAsync(tenantId, Scopes.All);
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/scopes", key)).Status);

        // Roles come through groups, also nested ones.
        await SayAsync("group.created", "grp_all", new { name = "All", tenant_id = "tnt_shop" });
        await SayAsync("group.member_added", "grp_staff", new { user_id = "usr_ada", tenant_id = "tnt_shop" });
        await SayAsync("group.updated", "grp_all", new { name = "Everybody", groups = These("grp_staff") });
        await MapAsync(tenantId, "grp_all", "viewer");
        Assert.Equal(ScopesOf("viewer"), await ScopesAsync());
        await SayAsync("group.member_removed", "grp_staff", new { user_id = "usr_ada" });
        Assert.Equal(ScopesOf(null), await ScopesAsync());
        await SayAsync("group.member_added", "grp_staff", new { user_id = "usr_ada" });
        Assert.Equal(ScopesOf("viewer"), await ScopesAsync());
        await SayAsync("user.suspended", "usr_ada", null);
        Assert.Equal((401, """{"detail":"User is deactivated"}"""), await ScopesAsync());
        await SayAsync("user.activated", "usr_ada", null);
        Assert.Equal(ScopesOf("viewer"), await ScopesAsync());

        await SayAsync("tenant.updated", "tnt_shop", new { status = "SUSPENDED" });
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/scopes", key)).Status);
        Assert.Equal(403, (await ScopesAsync()).Status);
        await SayAsync("tenant.updated", "tnt_shop", new { status = "ACTIVE" });
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/scopes", key)).Status);

        await SayAsync("group.deleted", "grp_all", null);
        Assert.Equal(ScopesOf(null), await ScopesAsync());
        await SayAsync("user.deleted", "usr_ada", null);
        await SayAsync("tenant.deleted", "tnt_shop", null);
        await SayAsync("partner.deleted", "prt_agency", null);
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/scopes", key)).Status);
        Assert.Equal(["group grp_staff grp_staff of tnt_shop with "], await product.MirroredAsync());
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var ada = await db.Users.SingleAsync(Stop);
        Assert.Equal(("", null, null, false), (ada.Email, ada.FirstName, ada.HomeTenantId, ada.IsActive));
        Assert.Equal(0, await db.GroupMembers.IgnoreQueryFilters().CountAsync(Stop));
        Assert.Equal(0, await db.GroupRoles.IgnoreQueryFilters().CountAsync(Stop));

        async Task SayAsync(string type, string id, object? data)
        {
            // Past what the door keeps in mind.
            product.Clock.Advance(TimeSpan.FromSeconds(2));
            var answer = await scaiKey.SendAsync(product.Http, scaiKey.Event(type, id, data));
            Assert.True(answer.Status == 200 && answer.Json.GetProperty("success").GetBoolean(), $"{type}: {answer.Status} {answer.Body}");
        }

        async Task<(int Status, string Body)> ScopesAsync()
        {
            var answer = await product.CallAsync("GET", "/v3/scopes", scaiKey.Token("usr_ada", "tnt_shop", product.Clock.GetUtcNow()));
            return (answer.Status, answer.Body);
        }

        async Task<T> TenantAsync<T>(Func<Tenant, T> look)
        {
            await using var database = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
            return look(await database.Tenants.IgnoreQueryFilters().SingleAsync(t => t.ExternalId == "tnt_shop", Stop));
        }

        async Task MapAsync(Guid tenant, string group, string role)
        {
            await using var database = product.Services.GetRequiredService<MailDatabase>().For(tenant);
            database.GroupRoles.Add(
                new GroupRole
                {
                    TenantId = tenant,
                    GroupId = await database.Groups.Where(g => g.ExternalId == group).Select(g => g.Id).SingleAsync(Stop),
                    RoleId = await database.Roles.Where(r => r.Name == role).Select(r => r.Id).SingleAsync(Stop),
                }
            );
            await database.SaveChangesAsync(Stop);
            product.Services.GetRequiredService<EffectivePermissions>().Forget();
        }
    }

    private static (int Status, string Body) ScopesOf(string? role) =>
        (
            200,
            $$"""{"scopes":[{{(
                role is null ? "" : string.Join(',', Scopes.All.Intersect(DefaultRoles.All[role]).Select(s => $"\"{s}\""))
            )}}]}"""
        );

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_is_cut_off_between_the_change_and_its_record_is_applied_once_when_it_comes_again(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: scaiKey.MirrorSettings, roles: Role.Serve);
        scaiKey.Clock = product.Clock;
        await scaiKey.SendAsync(product.Http, scaiKey.Event("tenant.created", "tnt_a", new { name = "A" }));
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        var body = scaiKey.Event(
            "group.created",
            "grp_a",
            new
            {
                name = "G",
                tenant_id = "tnt_a",
                members = These("usr_a", "usr_b"),
            }
        );
        var before = await product.MirroredAsync();
        await RunAsync(
            product,
            stack,
            stack == Stack.Embedded
                ? "CREATE TRIGGER cut BEFORE INSERT ON processed_webhook_events BEGIN SELECT RAISE(ABORT, 'cut'); END"
                : "CREATE TRIGGER cut BEFORE INSERT ON processed_webhook_events FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cut'"
        );

        var cut = await scaiKey.SendAsync(product.Http, body);
        Assert.Equal(503, cut.Status);
        Assert.Equal(before, await product.MirroredAsync());
        await RunAsync(product, stack, "DROP TRIGGER cut");

        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => scaiKey.SendAsync(product.Http, body))))
            Assert.Equal((200, "group added"), (answer.Status, answer.Text("message")));
        Assert.Equal(
            [.. before.Prepend("group grp_a G of tnt_a with usr_a usr_b").Order(StringComparer.Ordinal)],
            await product.MirroredAsync()
        );
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Equal(2, await db.ProcessedWebhookEvents.CountAsync(Stop));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task While_the_database_is_away_ScaiKey_is_asked_to_come_again(Stack stack)
    {
        if (stack == Stack.Embedded)
            return;
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: scaiKey.MirrorSettings, roles: Role.None);
        var url = new Uri(product.Settings["Database:Url"]!);
        await using var wire = new Wire(url.Host, url.Port);
        product.Settings["Database:Url"] = new UriBuilder(url) { Host = "127.0.0.1", Port = wire.Port }.Uri.ToString();
        await product.StopRolesAsync();
        await product.StartRolesAsync(Role.Serve);
        scaiKey.Clock = product.Clock;
        var body = scaiKey.Event("tenant.created", "tnt_a", new { name = "A" });

        wire.Cut();
        Assert.Equal(503, (await scaiKey.SendAsync(product.Http, body)).Status);
        wire.Mend();

        Assert.Equal(
            (200, "tenant added"),
            ((await scaiKey.SendAsync(product.Http, body)) is var it ? (it.Status, it.Text("message")) : default)
        );
        Assert.Equal(["tenant tnt_a A of none active"], await product.MirroredAsync());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Many_events_about_the_same_things_at_once_end_as_the_newest_of_each(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: scaiKey.MirrorSettings, roles: Role.Serve);
        scaiKey.Clock = product.Clock;
        using var other = await product.ServeAlsoAsync();
        var now = product.Clock.GetUtcNow();
        var events = Enumerable
            .Range(1, 60)
            .Select(i =>
                i % 2 == 0
                    ? scaiKey.Event("tenant.updated", "tnt_a", new { name = $"T{i}" }, now.AddMilliseconds(i))
                    : scaiKey.Event(
                        "user.updated",
                        "usr_a",
                        new { email = $"u{i}@example.org", tenant_id = "tnt_a" },
                        now.AddMilliseconds(i)
                    )
            )
            .ToArray();
        new Random(7).Shuffle(events);

        var answers = await Task.WhenAll(events.Select((body, i) => scaiKey.SendAsync(i % 3 == 0 ? other : product.Http, body)));

        Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Body));
        Assert.Equal(["tenant tnt_a T60 of none active", "user usr_a u59@example.org  of tnt_a active"], await product.MirroredAsync());
    }

    private static async Task RunAsync(Product product, Stack stack, string sql)
    {
        var url = product.Settings["Database:Url"]!;
        await using DbConnection connection =
            stack == Stack.Embedded
                ? new SqliteConnection($"Data Source={url["sqlite://".Length..]};Pooling=False")
                : new MySqlConnection(
                    new MySqlConnectionStringBuilder(Stacks.Setting(stack == Stack.MySql ? "SCAISEND_TEST_MYSQL" : "SCAISEND_TEST_MARIADB"))
                    {
                        Database = product.DatabaseName,
                    }.ConnectionString
                );
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
