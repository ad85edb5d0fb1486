using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.People;

/// <summary><c>GET /api/admin/permissions</c> and <c>…/{id}</c>: what roles can permit; the same for everybody. Errors: 401, 403, 404, 422, as <c>{"detail":…}</c>.</summary>
public static class PermissionEndpoints
{
    public static void MapPermissions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/permissions", List).AdministratorsOnly();
        routes.MapGet("/api/admin/permissions/{id}", Get).AdministratorsOnly();
    }

    private static IResult List(HttpContext http)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = AdminPage.Read(fields);
        var category = fields.OneOf("category", Permission.Categories);
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var found = Permission.All.Where(p => category is null || p.Category.Equals(category, StringComparison.OrdinalIgnoreCase)).ToList();
        return page.Show(found.Skip((page.Number - 1) * page.Size).Take(page.Size).Select(Fields), found.Count);
    }

    private static IResult Get(HttpContext http, string id) =>
        Permission.All.FirstOrDefault(p => p.Id == id) is { } found
            ? Results.Json(new { data = Fields(found) })
            : Refusals.NotFound(http, "Permission", id);

    private static object Fields(Permission permission) =>
        new
        {
            id = permission.Id,
            category = permission.Category,
            description = permission.Description,
        };
}
