using ScaiSend.Api.Authentication;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Access;

/// <summary>Walks all routes of the running product, so that no endpoint can be forgotten.</summary>
public sealed class EveryRouteIsGuarded
{
    /// <summary>Routes of the API that need no credential, such as <c>POST /v3/auth/login</c>.</summary>
    private static readonly string[] Public =
    [
        "POST /v3/auth/login",
        "POST /v3/auth/callback",
        "POST /v3/auth/refresh",
        "POST /v3/auth/logout",
    ];

    private const string Unknown = "sg_live_00000000000000000000000000000000";

    [Fact]
    public async Task No_route_of_the_API_is_public_by_accident()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");

        var open = Route
            .All(product)
            .Where(r =>
                r.Rule is null
                && (r.Pattern.StartsWith("/v3", StringComparison.Ordinal) || r.Pattern.StartsWith("/api", StringComparison.Ordinal))
            )
            .Select(r => r.ToString());

        Assert.Equal(Public.Order(), open.Order());
    }

    [Fact]
    public async Task Every_route_refuses_each_credential_that_lacks_its_scope()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var tenantId = await product.TenantIdAsync();
        var wrong = new List<string>();
        var routes = Route.All(product).Where(r => r.Rule is not null).ToList();
        Assert.NotEmpty(routes);

        foreach (var route in routes)
        {
            var lacking = await product.CredentialAsync(route, tenantId, Scopes.All.Except(route.Rule!.AnyOfScopes));
            foreach (var prefix in route.Prefixes(exists: true))
            {
                await ExpectAsync(route, prefix, null, 401);
                await ExpectAsync(route, prefix, Unknown, 401);
                if (route.Rule.AnyOfScopes.Count > 0)
                    await ExpectAsync(route, prefix, lacking, 403, $"Missing required scope: {route.Rule.AnyOfScopes[0]}");
            }
            foreach (var prefix in route.Prefixes(exists: false))
                await ExpectAsync(route, prefix, product.LiveKey, 404);
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));

        async Task ExpectAsync(Route route, string prefix, string? key, int status, string detail = "")
        {
            var answer = await product.CallAsync(route.Method, prefix + route.Path("1"), key);
            var isSaid =
                !answer.Body.StartsWith("{\"detail\"", StringComparison.Ordinal) || answer.Body.Contains(detail, StringComparison.Ordinal);
            if (answer.Status != status || !isSaid)
                wrong.Add($"{route.Method} {prefix}{route.Pattern}: {answer.Status} {answer.Body} instead of {status} {detail}");
        }
    }

    [Fact]
    public async Task Every_route_lets_in_the_credential_that_has_only_its_scope()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var tenantId = await product.TenantIdAsync();

        foreach (var route in Route.All(product).Where(r => r.Rule is { IsForOperators: false, IsForUsers: false }))
        foreach (var scope in route.Rule!.AnyOfScopes.DefaultIfEmpty(""))
        {
            // An administrator without a scope is anybody; what he may is a matter of sight: Rules/Admin.
            if (scope.Length == 0 && route.Rule.Administrators is not null)
                continue;
            var key = await product.CredentialAsync(route, tenantId, [scope]);
            // Whatever the endpoint makes of an empty body and a thing that is not there, the door is behind it.
            var answer = await product.CallAsync(route.Method, route.Prefixes(exists: true).First() + route.Path("1"), key);
            Assert.False(answer.Status is 401 or 403, $"{route} with {scope}: {answer.Status} {answer.Body}");
        }
    }
}
