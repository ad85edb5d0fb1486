using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Messages;
using ScaiSend.Api.Console.Session;

namespace ScaiSend.Api.Console.Home;

/// <summary><c>GET /console</c>: what needs somebody today.</summary>
public static class HomeEndpoints
{
    public static void MapHome(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/console", ShowAsync).PageForAll().InMenu("Today", MenuPart.Mail);

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, HomeFigures figures)
    {
        var may = visitor.May(SearchEndpoints.Reading);
        if (may && visitor.Who.IsStaff && visitor.TenantOrNone is null)
            return new SeeOther("tenant");
        return Page.Of<HomePage>(
            "Today",
            new HomeModel(may && visitor.TenantOrNone is { } tenantId ? await figures.ReadAsync(tenantId, http.RequestAborted) : null)
        );
    }
}

/// <summary>What the first page shows.</summary>
/// <param name="Figures">Null for one who may not see mail.</param>
public sealed record HomeModel(Figures? Figures);
