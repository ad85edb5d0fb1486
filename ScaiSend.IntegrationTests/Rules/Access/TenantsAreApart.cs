using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Rules.Access;

/// <summary>
/// A key of one tenant never sees, changes or guesses anything of another. For each family a thing is made as tenant A, and every route that names
/// such a thing is called as tenant B. A route with a parameter that belongs to no family fails, so a new one needs a line in <see cref="Families"/>.
/// </summary>
public sealed class TenantsAreApart
{
    /// <param name="Prefix">Begins the patterns of the family's routes.</param>
    /// <param name="MakeAsync">Makes a thing as tenant A and answers the values for the routes' parameters, in order.</param>
    /// <param name="Body">A body that every route of the family would take.</param>
    /// <param name="Refusal">The answer to a name that is unknown: 400 where SendGrid says so.</param>
    private sealed record Family(string Prefix, Func<Product, Task<string[]>> MakeAsync, string? Body = null, int Refusal = 404);

    private static readonly Family[] Families =
    [
        new("/v3/messages", async product => [await product.SendAsync(Some.To("ada@example.org"))]),
        new(
            "/v3/api_keys",
            async product => [(await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"A's"}""")).Text("id")],
            """{"name":"B was here","scopes":[]}"""
        ),
        new(
            "/v3/images",
            async product => [(await product.UploadAsync(Pictures.Of("image/png"))).GetProperty("id").GetString()!],
            """{"folder":"B was here"}"""
        ),
        new("/v3/templates", MakeTemplateAsync, """{"name":"B was here","subject":"B"}"""),
        new(
            "/api/admin/tenants",
            async product =>
            {
                var id = Ids.Show(Ids.Tenant, await product.TenantIdAsync());
                var change = """{"ganalytics_utm_campaign":"only A"}""";
                Assert.Equal(200, (await product.CallAsync("PUT", $"/api/admin/tenants/{id}/tracking", product.LiveKey, change)).Status);
                return [id, "only A"];
            },
            """{"ganalytics_utm_campaign":"B was here"}"""
        ),
        new(
            "/api/admin/domains",
            async product =>
                [
                    (await product.CallAsync("POST", "/api/admin/domains", product.LiveKey, """{"domain":"a.example"}"""))
                        .Json.GetProperty("data")
                        .GetProperty("id")
                        .GetString()!,
                ],
            """{"allow_subdomains":true}"""
        ),
        new("/api/admin/partners", MakePartnerAsync, """{"name":"B was here"}"""),
        new("/api/admin/roles", async product => [await MakeRoleAsync(product)], """{"name":"B was here","permissions":[]}"""),
        new(
            "/api/admin/users",
            async product =>
            {
                var user = Ids.Show(Ids.User, await product.AddUserAsync(await product.TenantIdAsync()));
                var role = await MakeRoleAsync(product);
                Assert.Equal(204, (await AsAdminAsync(product, "POST", $"/api/admin/users/{user}/roles/{role}")).Status);
                return [user, role];
            },
            """{"is_active":false}"""
        ),
        new(
            "/api/admin/groups",
            async product =>
            {
                var group = (await AsAdminAsync(product, "POST", "/api/admin/groups", """{"name":"A's"}"""))
                    .Json.GetProperty("data")
                    .GetProperty("id")
                    .GetString()!;
                var role = await MakeRoleAsync(product);
                Assert.Equal(204, (await AsAdminAsync(product, "POST", $"/api/admin/groups/{group}/roles/{role}")).Status);
                return [group, role];
            },
            """{"name":"B was here"}"""
        ),
        new(
            "/api/admin/audit",
            async product =>
            {
                await MakeRoleAsync(product);
                return
                [
                    (await AsAdminAsync(product, "GET", "/api/admin/audit")).Json.GetProperty("entries")[0].GetProperty("id").GetString()!,
                ];
            }
        ),
        new(
            "/v3/recipients/erasejob",
            async product =>
                [
                    (
                        await product.CallAsync(
                            "POST",
                            "/v3/recipients/erasejob",
                            product.LiveKey,
                            """{"email_addresses":["ada@example.org"]}"""
                        )
                    ).Text("job_id"),
                ]
        ),
        new("/v3/mail/batch", MakeBatchAsync, Refusal: 400),
        new(
            "/v3/user/scheduled_sends",
            async product =>
            {
                var batch = await MakeBatchAsync(product);
                var pause = $$"""{"batch_id":"{{batch[0]}}","status":"pause"}""";
                Assert.Equal(201, (await product.CallAsync("POST", "/v3/user/scheduled_sends", product.LiveKey, pause)).Status);
                return batch;
            },
            """{"status":"cancel"}"""
        ),
        new(
            "/v3/user/webhooks",
            async product =>
                [
                    (
                        await product.CallAsync(
                            "POST",
                            "/v3/user/webhooks",
                            product.LiveKey,
                            """{"url":"https://example.com/","enabled_events":["*"]}"""
                        )
                    ).Text("id"),
                ],
            """{"url":"https://example.com/b","enabled":true,"start_time":"2020-01-01T00:00:00Z"}"""
        ),
        new(
            "/v3/user/webhooks/event/settings",
            async product =>
                [
                    (
                        await product.CallAsync(
                            "POST",
                            "/v3/user/webhooks/event/settings",
                            product.LiveKey,
                            """{"url":"https://example.com/"}"""
                        )
                    ).Text("id"),
                ],
            """{"url":"https://example.com/b","enabled":true}"""
        ),
    ];

    // What is named by an address is there for nobody or for both; Rules/Suppressions looks at those.
    // A type of client and a permission are nobody's; what a message says is for staff, which sees all: Rules/Admin.
    private static readonly string[] ByAddress =
    [
        "/v3/suppression/",
        "/v3/asm/",
        "/v3/recipients/{",
        "/v3/clients/",
        "/api/admin/permissions/",
        "/api/admin/messages/",
    ];

    // Of the seeded tenant, whose roles are there.
    private static async Task<CallAnswer> AsAdminAsync(Product product, string method, string path, string? body = null) =>
        await product.CallAsync(method, path, AdminToken(product, await product.TenantIdAsync()), body);

    private static string AdminToken(Product product, Guid tenantId) =>
        product.Services.GetRequiredService<BuiltInTokens>().Issue("cli:tests", tenantId, ["admin"], TimeSpan.FromHours(1));

    private static async Task<string> MakeRoleAsync(Product product) =>
        (await AsAdminAsync(product, "POST", "/api/admin/roles", """{"name":"A's","permissions":["stats.read"]}"""))
            .Json.GetProperty("data")
            .GetProperty("id")
            .GetString()!;

    private static async Task<string[]> MakePartnerAsync(Product product)
    {
        var made = await product.AsOperatorAsync("POST", "/api/admin/partners", new { name = "A's", slug = "a" });
        var shown = made.Json.GetProperty("data").GetProperty("id").GetString()!;
        Assert.True(Ids.TryRead(Ids.Partner, shown, out var id));
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(await product.TenantIdAsync());
        await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.PartnerId, id), TestContext.Current.CancellationToken);
        return [shown];
    }

    private static async Task<string[]> MakeBatchAsync(Product product) =>
        [(await product.CallAsync("POST", "/v3/mail/batch", product.LiveKey)).Text("batch_id")];

    private static async Task<string[]> MakeTemplateAsync(Product product)
    {
        var template = (await product.CallAsync("POST", "/v3/templates", product.LiveKey, """{"name":"A's"}""")).Text("id");
        var version = """{"name":"A's","subject":"A","html_content":"<p>A</p>"}""";
        return [template, (await product.CallAsync("POST", $"/v3/templates/{template}/versions", product.LiveKey, version)).Text("id")];
    }

    public static TheoryData<string> Prefixes => [.. Families.Select(f => f.Prefix)];

    [Theory, MemberData(nameof(Prefixes))]
    public async Task A_tenant_cannot_reach_what_another_has(string prefix)
    {
        // Nobody works, so things stay as they are.
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var family = Families.Single(f => f.Prefix == prefix);
        var (tenantA, tenantB) = (await product.TenantIdAsync(), await product.AddTenantAsync());
        var values = await family.MakeAsync(product);
        var routes = Route.All(product).Where(r => BelongsTo(r, family)).ToList();
        var readers = routes.Where(r => r is { Method: "GET", Rule: not null }).ToList();
        Assert.NotEmpty(routes);
        var before = await ReadAsync(product, readers, values, OfA);

        foreach (var route in routes.Where(r => r.Parameters.Count > 0))
        foreach (var path in route.Prefixes(exists: true))
        {
            var credential = await OfB(route);
            var answer = await product.CallAsync(
                route.Method,
                path + route.Path(values),
                credential,
                TakesNone(route) ? null : family.Body
            );
            Assert.True(answer.Status == family.Refusal, $"{route}: {answer.Status} {answer.Body}");
        }
        foreach (var list in await ReadAsync(product, readers, values, OfB))
            Assert.DoesNotContain(values[^1], list.Status == 200 ? list.Body : "", StringComparison.Ordinal);

        // A still has it as it was, and B's answers were not 404 because nobody has it.
        var after = await ReadAsync(product, readers, values, OfA);
        Assert.Contains(after, answer => answer.Status == 200 && answer.Body.Contains(values[^1], StringComparison.Ordinal));
        Assert.Equal(before.Select(a => (a.Status, a.Body)), after.Select(a => (a.Status, a.Body)));

        // What A has stays as it is, so its credentials are not made for this.
        Task<string> OfA(Route route) =>
            Task.FromResult(route.Rule?.Administrators is { AlsoKeys: false } ? AdminToken(product, tenantA) : product.LiveKey);

        Task<string> OfB(Route route) => product.CredentialAsync(route, tenantB, Scopes.All);
    }

    [Fact]
    public async Task Every_route_that_names_a_thing_belongs_to_a_family()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");

        var left = Route
            .All(product)
            .Where(r => r.Rule is { IsForOperators: false } && r.Parameters.Count > 0 && !Families.Any(f => BelongsTo(r, f)))
            .Where(r => !ByAddress.Any(prefix => r.Pattern.StartsWith(prefix, StringComparison.Ordinal)));

        Assert.Empty(left.Select(r => r.ToString()));
    }

    // A rotation refuses fields that it does not know.
    private static bool TakesNone(Route route) =>
        route.Method == "GET" || route.Pattern.EndsWith("/signing_secret", StringComparison.Ordinal);

    private static bool BelongsTo(Route route, Family family) =>
        route.Pattern == family.Prefix || route.Pattern.StartsWith(family.Prefix + "/", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<CallAnswer>> ReadAsync(
        Product product,
        IEnumerable<Route> readers,
        string[] values,
        Func<Route, Task<string>> credentialOf
    )
    {
        var answers = new List<CallAnswer>();
        foreach (var route in readers)
        foreach (var prefix in route.Prefixes(exists: true))
        {
            var credential = await credentialOf(route);
            answers.Add(await product.CallAsync("GET", prefix + route.Path(values), credential));
        }
        return answers;
    }
}
