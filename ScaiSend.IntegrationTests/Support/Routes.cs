using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>One verb of one route of the running product.</summary>
/// <param name="Pattern">Such as <c>/v3/messages/{id}</c>.</param>
/// <param name="Rule">Null when it is public.</param>
public sealed partial record Route(string Method, string Pattern, AccessRule? Rule)
{
    /// <summary>The names in braces, in order.</summary>
    public IReadOnlyList<string> Parameters => [.. Parameter().Matches(Pattern).Select(m => m.Groups[1].Value)];

    /// <summary>The path with values in place of the parameters, in order; the last value also fills those that have none.</summary>
    public string Path(params string[] values)
    {
        var next = 0;
        return Parameter().Replace(Pattern, _ => values[Math.Min(next++, values.Length - 1)]);
    }

    /// <summary>The prefixes below which it exists, and those below which it does not.</summary>
    public IEnumerable<string> Prefixes(bool exists) =>
        new[] { (Dialect.Documented, ""), (Dialect.SendGrid, DialectOfRequest.Prefix) }
            .Where(p => Rule!.Dialects.Include(p.Item1) == exists)
            .Select(p => p.Item2);

    public override string ToString() => $"{Method} {Pattern}";

    /// <summary>All there are.</summary>
    public static IReadOnlyList<Route> All(Product product) =>
        [
            .. from endpoint in product.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
            select new Route(method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<AccessRule>()),
        ];

    [GeneratedRegex(@"\{\*{0,2}(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
