using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Console.Session;

namespace ScaiSend.Api.Console.Layout;

/// <summary>A line of somebody's menu. The menu is the routes that have a <see cref="MenuEntry"/> and whose rule lets him in: there is no second list.</summary>
/// <param name="Page">Below <c>/console/</c>.</param>
/// <param name="IsHere">Whether it leads to where he is, or above it.</param>
public sealed record MenuLine(string Title, string Page, MenuPart Part, bool IsHere)
{
    private const string Root = "/console";

    public static IReadOnlyList<MenuLine> For(Visitor visitor, string page, IEnumerable<EndpointDataSource> routes) =>
        [
            .. from endpoint in routes.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            let entry = endpoint.Metadata.GetMetadata<MenuEntry>()
            where entry is not null && endpoint.Metadata.GetMetadata<PageRule>()?.Allows(visitor.Who) == true
            orderby entry.Part, entry.Order, entry.Title
            let path = endpoint.RoutePattern.RawText![Root.Length..].TrimStart('/')
            select new MenuLine(entry.Title, path, entry.Part, IsAt(page.Split('?')[0], path)),
        ];

    private static bool IsAt(string page, string path) =>
        page == path || path.Length > 0 && page.StartsWith($"{path}/", StringComparison.Ordinal);
}
