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
/// <c>/api/admin/users</c>, scope <c>admin.users</c>: list, get with permissions and where each comes from, <c>PATCH</c> (<c>is_active</c>), and
/// <c>POST</c> and <c>DELETE …/{id}/roles/{roleId}</c> (204, also when it was so already). Staff names the tenant with <c>?tenant=</c>.
/// Errors: 400, 401, 403 (also for reaching further than oneself), 404, 409 (the last administrator, a user of ScaiKey), 413, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/users", ListAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapGet("/api/admin/users/{id}", GetAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapPatch("/api/admin/users/{id}", ChangeAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapPost("/api/admin/users/{id}/roles/{roleId}", GiveAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapDelete("/api/admin/users/{id}/roles/{roleId}", TakeAsync).AdministratorsOnly(Scopes.AdminUsers);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Administrator who, ActiveTenant active, StoredUsers users)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = AdminPage.Read(fields);
        var (tenantId, refusal) = await active.FindAsync(http, who, fields);
        if (refusal is not null)
            return refusal;
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } wrong)
            return wrong;
        var (found, total) = await users.ListAsync(tenantId, page, http.RequestAborted);
        return page.Show(found.Select(user => UserShape.Brief(user, tenantId)), total);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Administrator who, string id, ActiveTenant active, StoredUsers users)
    {
        var (tenantId, refusal) = await active.FindAsync(http, who, new QueryFields(http.Request.Query));
        if (refusal is not null)
            return refusal;
        return await users.FindAsync(tenantId, id, http.RequestAborted) is { } user
            ? Results.Json(new { data = UserShape.Fields(user, tenantId) })
            : Refusals.NotFound(http, "User", id);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, Administrator who, string id, ActiveTenant active, StoredUsers users)
    {
        var isActive = false;
        var (change, refusal) = await active.ChangeAsync(http, who, Read);
        if (change is null)
            return refusal!;
        return await users.ActivateAsync(change, id, isActive, http.RequestAborted) is { } refused
            ? refused.Answer(http)
            : Results.Json(
                new { data = UserShape.Fields((await users.FindAsync(change.TenantId, id, http.RequestAborted))!, change.TenantId) }
            );

        void Read(BodyFields body)
        {
            if (!body.Has("is_active"))
                body.Refuse("is_active", "Field required", "missing");
            isActive = body.Flag("is_active") ?? false;
        }
    }

    private static async Task<IResult> GiveAsync(
        HttpContext http,
        Administrator who,
        string id,
        string roleId,
        ActiveTenant active,
        StoredUsers users
    )
    {
        var (change, refusal) = await active.ChangeAsync(http, who);
        return change is null ? refusal! : Refused.Answer(http, await users.GiveAsync(change, id, roleId, http.RequestAborted));
    }

    private static async Task<IResult> TakeAsync(
        HttpContext http,
        Administrator who,
        string id,
        string roleId,
        ActiveTenant active,
        StoredUsers users
    )
    {
        var (change, refusal) = await active.ChangeAsync(http, who);
        return change is null ? refusal! : Refused.Answer(http, await users.TakeAsync(change, id, roleId, http.RequestAborted));
    }
}

/// <summary>Users as administrators of their tenant see them.</summary>
internal static class UserShape
{
    public static object Brief(User user, Guid tenantId) =>
        new
        {
            id = Ids.Show(Ids.User, user.Id),
            scaikey_id = user.ExternalId,
            email = user.Email,
            first_name = user.FirstName,
            last_name = user.LastName,
            display_name = user.DisplayName,
            is_active = user.IsActive,
            is_at_home = user.HomeTenantId == tenantId,
            created_at = user.CreatedAt,
        };

    public static object Fields(UserInTenant it, Guid tenantId) =>
        new
        {
            id = Ids.Show(Ids.User, it.User.Id),
            scaikey_id = it.User.ExternalId,
            email = it.User.Email,
            first_name = it.User.FirstName,
            last_name = it.User.LastName,
            display_name = it.User.DisplayName,
            is_active = it.User.IsActive,
            is_at_home = it.User.HomeTenantId == tenantId,
            created_at = it.User.CreatedAt,
            roles = it.Roles.Where(has => has.Group is null).Select(has => Named(Ids.Role, has.Role.Id, has.Role.Name)),
            groups = it.Groups.Select(group => Named(Ids.Group, group.Id, group.Name)),
            permissions = Scopes
                .All.Select(permission => (permission, From: From(it, permission)))
                .Where(found => found.From.Count > 0)
                .Select(found => new { id = found.permission, from = found.From }),
        };

    public static object Named(string prefix, Guid id, string name) => new { id = Ids.Show(prefix, id), name };

    private static List<object> From(UserInTenant it, string permission)
    {
        var from = it
            .Roles.Where(has => Scopes.Read(has.Role.Permissions).Contains(permission))
            .Select(has => Source(null, has.Role, has.Group))
            .ToList();
        if (it.IsAdministratorByRank)
            from.Insert(0, Source("tenant_admin", null, null));
        return from;
    }

    private static object Source(string? rank, TenantRole? role, UserGroup? group) =>
        new
        {
            rank,
            role = role is null ? null : Named(Ids.Role, role.Id, role.Name),
            group = group is null ? null : Named(Ids.Group, group.Id, group.Name),
        };
}
