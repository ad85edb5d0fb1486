using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Console.Session;

namespace ScaiSend.Api.Console.Layout;

/// <summary>What all parts of a page know: who looks at it, where it is, and what time it is. Components take it as a cascading parameter.</summary>
/// <param name="Page">The page's path below <c>/console/</c>, with its query.</param>
/// <param name="Base">What links are relative to.</param>
/// <param name="Notice">What came of the form before.</param>
public sealed record View(
    Visitor? Visitor,
    string Title,
    string Page,
    string Base,
    IReadOnlyList<MenuLine> Menu,
    string? Notice,
    DateTimeOffset Now
)
{
    public static View Of(HttpContext http, string title)
    {
        var services = http.RequestServices;
        var visitor = http.Features.Get<Visitor>();
        var page = ConsolePaths.PageOf(http.Request);
        return new View(
            visitor,
            title,
            page,
            services.GetRequiredService<ConsolePaths>().Base,
            visitor is null ? [] : MenuLine.For(visitor, page, services.GetServices<EndpointDataSource>()),
            services.GetRequiredService<SessionCookies>().TakeNotice(http),
            services.GetRequiredService<TimeProvider>().GetUtcNow()
        );
    }
}
