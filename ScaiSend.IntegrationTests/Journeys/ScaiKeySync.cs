using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli;
using ScaiSend.Cli.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary><c>scaisend sync --full</c>: everything that ScaiKey has is here, whatever goes wrong on the way.</summary>
public sealed class ScaiKeySync
{
    private static string[] These(params string[] ids) => ids;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_ScaiKey_has_is_mirrored_changes_follow_and_what_is_gone_goes(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(stack, scaiKey, pageSize: 2);
        Fill(scaiKey);

        var tried = await SyncAsync(product, "--dry-run", "--json");
        Assert.Equal((0, true), (tried.Code, tried.Json.GetProperty("dry_run").GetBoolean()));
        Assert.Equal("3 added", Done(tried, "users"));
        Assert.Equal(0, await RowsAsync(product));

        var first = await SyncAsync(product, "--json");
        Assert.Equal(
            (0, "1 added", "2 added", "3 added", "2 added"),
            (first.Code, Done(first, "partners"), Done(first, "tenants"), Done(first, "users"), Done(first, "groups"))
        );
        Assert.Equal(
            [
                "group grp_1 One of tnt_1 with grp_2 usr_1 usr_2",
                "group grp_2 Two of tnt_1 with usr_3",
                "partner prt_1 Agency",
                "tenant tnt_1 Shop of prt_1 active",
                "tenant tnt_2 Club of none suspended",
                "user usr_1 1@example.org First of tnt_1 active",
                "user usr_2 2@example.org  of tnt_1 suspended",
                "user usr_3 3@example.org  of tnt_2 active",
            ],
            await product.MirroredAsync()
        );
        product.Clock.Advance(TimeSpan.FromSeconds(2));
        var same = await SyncAsync(product, "--json");
        Assert.Equal(
            ("1 same", "2 same", "3 same", "2 same"),
            (Done(same, "partners"), Done(same, "tenants"), Done(same, "users"), Done(same, "groups"))
        );

        product.Clock.Advance(TimeSpan.FromSeconds(2));
        scaiKey.Has("tenants", "tnt_2", new { name = "Club 2", status = "ACTIVE" });
        scaiKey.Lacks("users", "usr_2");
        scaiKey.Has(
            "groups",
            "grp_1",
            new
            {
                name = "One",
                tenant_id = "tnt_1",
                members = These("usr_3"),
                groups = Array.Empty<string>(),
            }
        );
        scaiKey.Lacks("groups", "grp_2");
        var expected = ("1 same", "1 changed 1 same", "2 same 1 deleted", "1 changed 1 deleted");
        var before = await product.MirroredAsync();
        var wouldBe = await SyncAsync(product, "--dry-run", "--json");
        Assert.Equal(expected, (Done(wouldBe, "partners"), Done(wouldBe, "tenants"), Done(wouldBe, "users"), Done(wouldBe, "groups")));
        Assert.Equal(before, await product.MirroredAsync());
        var changed = await SyncAsync(product, "--json");
        Assert.Equal(expected, (Done(changed, "partners"), Done(changed, "tenants"), Done(changed, "users"), Done(changed, "groups")));
        Assert.Equal(
            [
                "group grp_1 One of tnt_1 with usr_3",
                "partner prt_1 Agency",
                "tenant tnt_1 Shop of prt_1 active",
                "tenant tnt_2 Club 2 of none active",
                "user usr_1 1@example.org First of tnt_1 active",
                "user usr_3 3@example.org  of tnt_2 active",
            ],
            await product.MirroredAsync()
        );
        // For people.
        Assert.Contains("KIND      ADDED", (await SyncAsync(product)).Output, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_sync_that_was_broken_off_goes_on_where_it_was(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(stack, scaiKey, pageSize: 1);
        Fill(scaiKey);
        scaiKey.BeforePage = (kind, number) => Task.FromResult<IResult?>(number == 5 ? Results.StatusCode(403) : null);

        var broken = await SyncAsync(product);
        Assert.Equal((1, ""), (broken.Code, broken.Output));
        Assert.EndsWith("/api/v1/platform/users answers 403. The next sync goes on here", broken.Error.Trim(), StringComparison.Ordinal);
        Assert.Equal(4, (await product.MirroredAsync()).Count);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        var resumed = await SyncAsync(product, "--json");

        Assert.Equal((0, true), (resumed.Code, resumed.Json.GetProperty("resumed").GetBoolean()));
        // The page that was refused, and those after it.
        Assert.Equal(5 + 4, scaiKey.Pages);
        Assert.Equal(
            ("1 added", "2 added", "3 added", "2 added"),
            (Done(resumed, "partners"), Done(resumed, "tenants"), Done(resumed, "users"), Done(resumed, "groups"))
        );
        Assert.Equal(8, (await product.MirroredAsync()).Count);

        product.Clock.Advance(TimeSpan.FromMinutes(1));
        scaiKey.BeforePage = (kind, number) => Task.FromResult<IResult?>(number == 14 ? Results.StatusCode(403) : null);
        Assert.Equal(1, (await SyncAsync(product)).Code);
        var anew = await SyncAsync(product, "--restart", "--json");
        Assert.False(anew.Json.GetProperty("resumed").GetBoolean());
        Assert.Equal("3 same", Done(anew, "users"));
    }

    [Fact]
    public async Task A_ScaiKey_that_is_slow_or_fails_for_a_while_is_asked_again_and_one_that_is_away_is_named()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(Stack.Embedded, scaiKey, pageSize: 1);
        Fill(scaiKey);
        scaiKey.BeforePage = async (kind, number) =>
        {
            if (number == 4)
                scaiKey.RevokeTokens();
            if (number % 3 != 0)
                return Results.StatusCode(number % 2 == 0 ? 500 : 429);
            await Task.Delay(50, Stop);
            return null;
        };

        var done = await SyncAsync(product, "--json");
        Assert.Equal((0, "3 added", 2), (done.Code, Done(done, "users"), scaiKey.TokensGiven));

        scaiKey.BeforePage = (_, _) => Task.FromResult<IResult?>(Results.StatusCode(502));
        var pages = scaiKey.Pages;
        var away = await SyncAsync(product);
        Assert.Equal(1, away.Code);
        Assert.Contains("/api/v1/platform/partners answers 502; 6 tries", away.Error, StringComparison.Ordinal);
        Assert.Equal(6, scaiKey.Pages - pages);
        Assert.Equal(8, (await product.MirroredAsync()).Count);
    }

    [Fact]
    public async Task What_happens_during_a_sync_is_newer_than_the_sync()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(Stack.Embedded, scaiKey, pageSize: 1);
        Fill(scaiKey);
        Assert.Equal(0, (await SyncAsync(product)).Code);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        scaiKey.BeforePage = async (kind, _) =>
        {
            if (kind != "users")
                return null;
            scaiKey.BeforePage = (_, _) => Task.FromResult<IResult?>(null);
            product.Clock.Advance(TimeSpan.FromSeconds(1));
            // The page says what was before.
            await SayAsync("user.updated", "usr_1", new { email = "new@example.org" });
            await SayAsync("user.deleted", "usr_2", null);
            await SayAsync("user.created", "usr_9", new { email = "9@example.org" });
            await SayAsync("group.created", "grp_9", new { name = "Nine", tenant_id = "tnt_9" });
            await SayAsync("group.member_removed", "grp_2", new { user_id = "usr_3" });
            return null;
        };

        var done = await SyncAsync(product, "--json");

        Assert.Equal((0, "1 same 2 newer", "2 same"), (done.Code, Done(done, "users"), Done(done, "groups")));
        Assert.Equal(
            [
                "group grp_1 One of tnt_1 with grp_2 usr_1",
                "group grp_2 Two of tnt_1 with ",
                "group grp_9 Nine of tnt_9 with ",
                "partner prt_1 Agency",
                "tenant tnt_1 Shop of prt_1 active",
                "tenant tnt_2 Club of none suspended",
                "tenant tnt_9 tnt_9 of none suspended",
                "user usr_1 new@example.org First of tnt_1 active",
                "user usr_3 3@example.org  of tnt_2 active",
                "user usr_9 9@example.org  of none active",
            ],
            await product.MirroredAsync()
        );

        async Task SayAsync(string type, string id, object? data) =>
            Assert.Equal(200, (await scaiKey.SendAsync(product.Http, scaiKey.Event(type, id, data))).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Of_two_syncs_at_once_one_does_it_all_or_both_do_a_part(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(stack, scaiKey, pageSize: 1);
        Fill(scaiKey);

        var both = await Task.WhenAll(SyncAsync(product, "--json"), SyncAsync(product, "--json"));

        Assert.Contains(both, it => it.Code == 0);
        Assert.All(
            both,
            it =>
                Assert.True(
                    it.Code == 0 || (it.Code, it.Error.Split('\n')[^2]) == (3, "Another sync is at it; this one has stopped"),
                    it.Error
                )
        );
        Assert.Equal(8, (await product.MirroredAsync()).Count);
    }

    [Fact]
    public async Task An_empty_listing_is_not_believed_unless_somebody_says_so()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(Stack.Embedded, scaiKey, pageSize: 10);
        Fill(scaiKey);
        Assert.Equal(0, (await SyncAsync(product)).Code);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        scaiKey.Lacks("users");
        var before = await product.MirroredAsync();

        var refused = await SyncAsync(product);
        Assert.Equal(3, refused.Code);
        Assert.Contains(
            "ScaiKey's listing of users is empty, and some are known here. Nothing was deleted. Look again with --restart, or delete them all with --allow-empty",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(before.Count, (await product.MirroredAsync()).Count);
        Assert.Equal(3, (await SyncAsync(product, "--dry-run")).Code);

        var believed = await SyncAsync(product, "--allow-empty", "--json");
        Assert.Equal((0, "3 deleted"), (believed.Code, Done(believed, "users")));
        Assert.DoesNotContain(await product.MirroredAsync(), line => line.StartsWith("user ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_taken_is_named_and_neither_stops_the_sync_nor_is_deleted()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(Stack.Embedded, scaiKey, pageSize: 10);
        Fill(scaiKey);
        Assert.Equal(0, (await SyncAsync(product)).Code);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        scaiKey.Has("users", "usr_1", new { email = 7 });

        var done = await SyncAsync(product, "--json");

        Assert.Equal((1, "2 same 1 refused"), (done.Code, Done(done, "users")));
        Assert.Contains("Refused: email is not a string", done.Error, StringComparison.Ordinal);
        Assert.Contains("user usr_1 1@example.org First of tnt_1 active", await product.MirroredAsync());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Ten_thousand_users_come_page_by_page_while_events_come_too(Stack stack)
    {
        const int users = 10_000;
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(stack, scaiKey, pageSize: 500);
        scaiKey.Has("tenants", "tnt_1", new { name = "Shop" });
        for (var i = 0; i < users; i++)
            scaiKey.Has(
                "users",
                $"usr_{i:D5}",
                new
                {
                    email = $"{i}@example.org",
                    tenant_id = "tnt_1",
                    status = "ACTIVE",
                }
            );
        scaiKey.Has(
            "groups",
            "grp_1",
            new
            {
                name = "All",
                tenant_id = "tnt_1",
                members = Enumerable.Range(0, users).Select(i => $"usr_{i:D5}"),
            }
        );
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        var (sent, wasLate) = (0, 0);
        scaiKey.BeforePage = async (kind, _) =>
        {
            if (kind != "users")
                return null;
            // Each about somebody whose page may have come, or may not.
            var id = $"usr_{7919 * Interlocked.Increment(ref sent) % users:D5}";
            var answer = await scaiKey.SendAsync(
                product.Http,
                scaiKey.Event("user.suspended", id, at: product.Clock.GetUtcNow().AddSeconds(1))
            );
            if (answer.Status != 200)
                Interlocked.Increment(ref wasLate);
            return null;
        };
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var done = await SyncAsync(product, "--json");

        TestContext.Current.TestOutputHelper?.WriteLine($"{stack}: {users} users in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.True(done.Code == 0, done.Error);
        Assert.Equal((1 + users / 500 + 2, 0), (scaiKey.Pages, wasLate));
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Equal((users, sent), (await db.Users.CountAsync(Stop), await db.Users.CountAsync(u => !u.IsActive, Stop)));
        Assert.Equal(users, await db.GroupMembers.IgnoreQueryFilters().CountAsync(Stop));
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        scaiKey.BeforePage = (_, _) => Task.FromResult<IResult?>(null);
        for (var i = 0; i < 150; i++)
            scaiKey.Lacks("users", $"usr_{i:D5}");
        watch.Restart();
        var again = await SyncAsync(product, "--json");
        TestContext.Current.TestOutputHelper?.WriteLine($"{stack}: again in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.EndsWith(" 150 deleted", Done(again, "users"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_said_before_anything_is_done()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answers = new[] { await RunAsync(product, "sync"), await SyncAsync(product) };

        Assert.Equal(
            [(2, "Say --full: it walks through everything"), (2, "ScaiKey:Url is not set (SCAIKEY_URL)")],
            answers.Select(it => (it.Code, it.Error.Trim()))
        );
    }

    [Theory]
    [InlineData(0, null, "users            0")]
    [InlineData(1234, null, "users            1,234")]
    [InlineData(5000, 10000, "users            [###############...............] 5,000 of 10,000")]
    [InlineData(11, 10, "users            [##############################] 11 of 10")]
    public void Progress_is_a_bar_where_it_is_known_how_many_there_are(int done, int? total, string line) =>
        Assert.Equal(line, SyncProgress.Line(new Api.ScaiKey.WalkProgress("users", done, total)));

    private static void Fill(ScaiKeyStandIn scaiKey)
    {
        scaiKey.Has("partners", "prt_1", new { name = "Agency", slug = "agency" });
        scaiKey.Has(
            "tenants",
            "tnt_1",
            new
            {
                name = "Shop",
                slug = "shop",
                partner_id = "prt_1",
                status = "ACTIVE",
            }
        );
        scaiKey.Has("tenants", "tnt_2", new { name = "Club", status = "SUSPENDED" });
        scaiKey.Has(
            "users",
            "usr_1",
            new
            {
                email = "1@example.org",
                first_name = "First",
                tenant_id = "tnt_1",
            }
        );
        scaiKey.Has(
            "users",
            "usr_2",
            new
            {
                email = "2@example.org",
                tenant_id = "tnt_1",
                status = "SUSPENDED",
            }
        );
        scaiKey.Has("users", "usr_3", new { email = "3@example.org", tenant_id = "tnt_2" });
        scaiKey.Has(
            "groups",
            "grp_1",
            new
            {
                name = "One",
                tenant_id = "tnt_1",
                members = These("usr_1", "usr_2"),
                groups = These("grp_2"),
            }
        );
        scaiKey.Has(
            "groups",
            "grp_2",
            new
            {
                name = "Two",
                tenant_id = "tnt_1",
                members = These("usr_3"),
            }
        );
    }

    // Whole seconds, as an answer's Date has them.
    private static async Task<Product> StartAsync(Stack stack, ScaiKeyStandIn scaiKey, int pageSize)
    {
        var settings = scaiKey.MirrorSettings;
        settings["ScaiKey:PageSize"] = pageSize.ToString(CultureInfo.InvariantCulture);
        var product = await Product.StartAsync(stack, settings: settings, roles: Role.Serve);
        product.Clock.Advance(TimeSpan.FromMilliseconds(1000 - product.Clock.GetUtcNow().Millisecond));
        scaiKey.Clock = product.Clock;
        return product;
    }

    private static async Task<int> RowsAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.ScaiKeyResources.CountAsync(Stop)
            + await db.SyncRuns.CountAsync(Stop)
            + await db.Users.CountAsync(Stop)
            + await db.Partners.CountAsync(Stop)
            + await db.AuditEntries.CountAsync(Stop);
    }

    // Such as "1 changed 2 same": what is not 0.
    private static string Done(Printed printed, string kind) =>
        string.Join(
            ' ',
            printed
                .Json.GetProperty("counts")
                .GetProperty(kind)
                .EnumerateObject()
                .Where(it => it.Value.GetInt32() > 0)
                .Select(it => $"{it.Value} {(it.Name == "skipped_as_newer" ? "newer" : it.Name)}")
        );

    private static Task<Printed> SyncAsync(Product product, params string[] words) => RunAsync(product, ["sync", "--full", .. words]);

    private static async Task<Printed> RunAsync(Product product, params string[] words)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var sets = product
            .Settings.Where(s => s.Key.Contains(':', StringComparison.Ordinal))
            .SelectMany(s => (string[])["--set", $"{s.Key}={s.Value}"]);
        var code = await Commands
            .Root()
            .Parse([.. words, .. sets])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, Stop);
        return new Printed(code, output.ToString(), error.ToString());
    }

    private sealed record Printed(int Code, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }
}
