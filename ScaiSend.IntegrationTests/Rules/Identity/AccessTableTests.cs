using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Rules.Identity;

/// <summary>Walks every route with every kind of credential and compares with the table that is written down beside this file. A route without a row fails.</summary>
public sealed partial class AccessTableTests
{
    private const string Public = "public";
    private const string Operators = "operators";
    private const string Staff = "staff";
    private const string None = "-";
    private const string Operator = "an operator";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_has_a_row_and_every_row_is_a_route()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var (routes, rows) = (Routes(product).ToHashSet(), AccessRow.All().Select(r => $"{r.Method} {r.Path}").ToHashSet());
        Assert.Equal("", string.Join('\n', routes.Except(rows).Order(StringComparer.Ordinal).Select(route => $"{route} has no row")));
        Assert.Equal("", string.Join('\n', rows.Except(routes).Order(StringComparer.Ordinal).Select(row => $"{row} is no route")));
        Assert.Equal(AccessRow.All().Count, rows.Count);
    }

    [Fact]
    public void Every_row_gives_the_roles_that_have_its_scope()
    {
        foreach (var row in AccessRow.All())
            Assert.Equal(
                (row.Path, string.Join(' ', DefaultRoles.All.Where(role => Has(row, role.Value)).Select(role => role.Key))),
                (row.Path, string.Join(' ', row.Roles))
            );
    }

    [Fact]
    public async Task Each_credential_gets_in_where_the_table_says_so_and_nowhere_else()
    {
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?>
            {
                ["RateLimits:ApiKeysPerMinute"] = "100000",
                ["RateLimits:WebhooksPerMinute"] = "100000",
                ["RateLimits:WebhookTestsPerMinute"] = "100000",
            },
            roles: Role.Serve
        );
        var tenantId = await product.TenantIdAsync();
        var suspended = await product.AddTenantAsync();
        var other = await product.AddTenantAsync();
        var tokens = product.Services.GetRequiredService<BuiltInTokens>();
        await product.Services.GetRequiredService<TenantTable>().SuspendAsync(suspended, isSuspended: true, Stop);
        var credentials = new List<(string Name, string? Header, Func<AccessRow, int> Expected)>
        {
            ("nobody", null, row => row.Who == Public ? 0 : 401),
            ("another scheme", "Basic YTpi", row => row.Who == Public ? 0 : 401),
            ("an unknown key", "Bearer sg_live_00000000000000000000000000000000", row => row.Who == Public ? 0 : 401),
            ("a malformed token", "Bearer a.b.c", row => row.Who == Public ? 0 : 401),
            ("an API key with every scope", Bearer(product.LiveKey), row => Of(row, row.LetsKeysIn)),
            (
                "an API key of another tenant without a scope",
                Bearer(await product.AddKeyAsync(other, [])),
                row => Of(row, row.LetsKeysIn && row.Scope == None)
            ),
            (
                "a token without a role",
                Bearer(tokens.Issue("cli:tests", tenantId, [], TimeSpan.FromHours(1))),
                row => Of(row, row.Who is not Staff && row.Scope == None)
            ),
            (
                "a token of a suspended tenant",
                Bearer(tokens.Issue("cli:tests", suspended, ["admin"], TimeSpan.FromHours(1))),
                row =>
                    row.Who is Public ? 0
                    : row.Who is Operators ? 401
                    : 403
            ),
            (Operator, Bearer(product.OperatorKey.Text), row => row.Who is Public or Operators || row.IsForAdministrators ? 0 : 401),
        };
        foreach (var role in DefaultRoles.All.Keys)
            credentials.Add(
                (
                    $"a token of the role {role}",
                    Bearer(tokens.Issue("cli:tests", tenantId, [role], TimeSpan.FromHours(1))),
                    row => Of(row, row.Roles.Contains(role))
                )
            );

        // Without a header of its own, which would stand in for none.
        using var client = new HttpClient { BaseAddress = product.Http.BaseAddress };
        var wrong = new List<string>();
        // The console takes no credential of the API: Rules/Pages.
        foreach (var row in AccessRow.All().Where(row => !row.IsPage))
        foreach (var (name, header, expected) in credentials)
        {
            var status = await CallAsync(client, row, header);
            // What is staff's is not there for others where it names a thing.
            var isHidden = status == 404 && row.Who is Staff && name != Operator;
            var got =
                isHidden ? 403
                : status is 401 or 403 ? status
                : 0;
            if (got != expected(row))
                wrong.Add($"{row.Method} {row.Path} by {name}: {status}, expected {(expected(row) == 0 ? "to get in" : expected(row))}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        static int Of(AccessRow row, bool may) =>
            row.Who is Public ? 0
            : row.Who is Operators ? 401
            : may ? 0
            : 403;
    }

    private static bool Has(AccessRow row, IReadOnlyList<string> permissions) =>
        row.Who is not (Public or Operators or Staff)
        && !row.IsForStaff
        && (row.Scope == None || row.Scope.Split(',').Any(permissions.Contains));

    private static string Bearer(string credential) => $"Bearer {credential}";

    private static async Task<int> CallAsync(HttpClient client, AccessRow row, string? header)
    {
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), Parameter().Replace(row.Path, "x"));
        if (header is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(header);
        using var answer = await client.SendAsync(request, Stop);
        return (int)answer.StatusCode;
    }

    private static IEnumerable<string> Routes(Product product) =>
        from endpoint in product.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        // The pages of the document are a library's, and public like it.
        where !endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("docs", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select $"{method} {(endpoint.RoutePattern.RawText!.StartsWith('/') ? "" : "/")}{endpoint.RoutePattern.RawText}";

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
