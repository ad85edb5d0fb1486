using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.People;

/// <summary>
/// <c>/api/admin/roles</c>, scope <c>admin.users</c>: list, <c>POST</c> (201), get, <c>PATCH</c>, <c>DELETE</c> (204). Staff names the tenant with <c>?tenant=</c>.
/// Errors: 400, 401, 403 (also for reaching further than oneself), 404, 409 (a name that is taken, the last administrator), 413, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class RoleEndpoints
{
    private const int MaxName = 64;
    private const int MaxDescription = 255;

    public static void MapRoles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/roles", ListAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapPost("/api/admin/roles", CreateAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapGet("/api/admin/roles/{id}", GetAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapPatch("/api/admin/roles/{id}", ChangeAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapDelete("/api/admin/roles/{id}", DeleteAsync).AdministratorsOnly(Scopes.AdminUsers);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Administrator who, ActiveTenant active, StoredRoleChanges roles)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = AdminPage.Read(fields);
        var withPermissions = fields.Flag("include_permissions") ?? false;
        var (tenantId, refusal) = await active.FindAsync(http, who, fields);
        if (refusal is not null)
            return refusal;
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } wrong)
            return wrong;
        var (found, total) = await roles.ListAsync(tenantId, page, http.RequestAborted);
        return page.Show(found.Select(role => withPermissions ? Fields(role) : Brief(role)), total);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Administrator who,
        string id,
        ActiveTenant active,
        StoredRoleChanges roles
    )
    {
        var (tenantId, refusal) = await active.FindAsync(http, who, new QueryFields(http.Request.Query));
        if (refusal is not null)
            return refusal;
        return await roles.FindAsync(tenantId, id, http.RequestAborted) is { } role ? Show(role) : Refusals.NotFound(http, "Role", id);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Administrator who, ActiveTenant active, StoredRoleChanges roles)
    {
        RoleFields? fields = null;
        var (change, refusal) = await active.ChangeAsync(http, who, body => fields = Read(body, isNew: true));
        if (change is null)
            return refusal!;
        var (refused, role) = await roles.AddAsync(change, fields!, http.RequestAborted);
        return refused?.Answer(http) ?? Show(role!, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        Administrator who,
        string id,
        ActiveTenant active,
        StoredRoleChanges roles
    )
    {
        RoleFields? fields = null;
        var (change, refusal) = await active.ChangeAsync(http, who, body => fields = Read(body, isNew: false));
        if (change is null)
            return refusal!;
        var (refused, role) = await roles.ChangeAsync(change, id, fields!, http.RequestAborted);
        return refused?.Answer(http) ?? Show(role!);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Administrator who,
        string id,
        ActiveTenant active,
        StoredRoleChanges roles
    )
    {
        var (change, refusal) = await active.ChangeAsync(http, who);
        return change is null ? refusal! : Refused.Answer(http, await roles.DeleteAsync(change, id, http.RequestAborted));
    }

    private static RoleFields Read(BodyFields body, bool isNew)
    {
        var name = isNew ? body.RequiredName("name", MaxName) : body.Name("name", MaxName);
        if (isNew && !body.Has("permissions"))
            body.Refuse("permissions", "Field required", "missing");
        var permissions = body.Texts("permissions", Scopes.All.Count);
        foreach (var unknown in permissions?.Except(Scopes.All) ?? [])
            body.Refuse("permissions", $"{unknown} is no permission; GET /api/admin/permissions lists them");
        return new RoleFields(name, body.Text("description", MaxDescription), permissions);
    }

    private static IResult Show(TenantRole role, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(new { data = Fields(role) }, statusCode: statusCode);

    private static object Brief(TenantRole role) =>
        new
        {
            id = Ids.Show(Ids.Role, role.Id),
            name = role.Name,
            description = role.Description,
            is_default = role.IsDefault,
            created_at = role.CreatedAt,
        };

    private static object Fields(TenantRole role) =>
        new
        {
            id = Ids.Show(Ids.Role, role.Id),
            name = role.Name,
            description = role.Description,
            is_default = role.IsDefault,
            created_at = role.CreatedAt,
            permissions = Scopes.Read(role.Permissions),
        };
}
