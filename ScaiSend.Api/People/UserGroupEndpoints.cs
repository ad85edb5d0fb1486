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
/// <c>/api/admin/groups</c>, scope <c>admin.users</c>: list, <c>POST</c> (201), get, <c>PATCH</c> (name), <c>DELETE</c> (204); and <c>POST</c> and <c>DELETE</c> (204,
/// also when it was so already) of <c>…/{id}/members/{userId}</c>, <c>…/{id}/groups/{innerId}</c> and <c>…/{id}/roles/{roleId}</c>. Staff names the tenant with <c>?tenant=</c>.
/// Errors: 400, 401, 403 (also for reaching further than oneself), 404, 409 (a circle, a group of ScaiKey, the last administrator), 413, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class UserGroupEndpoints
{
    private const string One = "/api/admin/groups/{id}";
    private const int MaxName = 255;

    private delegate Task<Refused?> Setting(
        StoredUserGroups groups,
        Change change,
        string id,
        string otherId,
        CancellationToken cancellationToken
    );

    public static void MapUserGroups(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/groups", ListAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapPost("/api/admin/groups", CreateAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapGet(One, GetAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapPatch(One, RenameAsync).AdministratorsOnly(Scopes.AdminUsers);
        routes.MapDelete(One, DeleteAsync).AdministratorsOnly(Scopes.AdminUsers);
        Map("members", "userId", isIn => (groups, change, id, user, stop) => groups.SetMemberAsync(change, id, user, isIn, stop));
        Map("groups", "innerId", isIn => (groups, change, id, inner, stop) => groups.SetInnerAsync(change, id, inner, isIn, stop));
        Map("roles", "roleId", has => (groups, change, id, role, stop) => groups.SetRoleAsync(change, id, role, has, stop));

        void Map(string what, string name, Func<bool, Setting> setting)
        {
            var path = $"{One}/{what}/{{{name}}}";
            routes.MapPost(path, Handler(name, setting(true))).AdministratorsOnly(Scopes.AdminUsers);
            routes.MapDelete(path, Handler(name, setting(false))).AdministratorsOnly(Scopes.AdminUsers);
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, Administrator who, ActiveTenant active, StoredUserGroups groups)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = AdminPage.Read(fields);
        var (tenantId, refusal) = await active.FindAsync(http, who, fields);
        if (refusal is not null)
            return refusal;
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } wrong)
            return wrong;
        var (found, total) = await groups.ListAsync(tenantId, page, http.RequestAborted);
        return page.Show(found.Select(Brief), total);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Administrator who,
        string id,
        ActiveTenant active,
        StoredUserGroups groups
    )
    {
        var (tenantId, refusal) = await active.FindAsync(http, who, new QueryFields(http.Request.Query));
        return refusal ?? await ShowAsync(http, tenantId, id, groups);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Administrator who, ActiveTenant active, StoredUserGroups groups)
    {
        var name = "";
        var (change, refusal) = await active.ChangeAsync(http, who, body => name = body.RequiredName("name", MaxName));
        if (change is null)
            return refusal!;
        var (refused, id) = await groups.AddAsync(change, name, http.RequestAborted);
        return refused?.Answer(http)
            ?? await ShowAsync(http, change.TenantId, Ids.Show(Ids.Group, id), groups, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RenameAsync(
        HttpContext http,
        Administrator who,
        string id,
        ActiveTenant active,
        StoredUserGroups groups
    )
    {
        var name = "";
        var (change, refusal) = await active.ChangeAsync(http, who, body => name = body.RequiredName("name", MaxName));
        if (change is null)
            return refusal!;
        var refused = await groups.RenameAsync(change, id, name, http.RequestAborted);
        return refused?.Answer(http) ?? await ShowAsync(http, change.TenantId, id, groups);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Administrator who,
        string id,
        ActiveTenant active,
        StoredUserGroups groups
    )
    {
        var (change, refusal) = await active.ChangeAsync(http, who);
        return change is null ? refusal! : Refused.Answer(http, await groups.DeleteAsync(change, id, http.RequestAborted));
    }

    private static Delegate Handler(string name, Setting set) =>
        async (HttpContext http, Administrator who, string id, ActiveTenant active, StoredUserGroups groups) =>
        {
            var (change, refusal) = await active.ChangeAsync(http, who);
            var other = (string)http.GetRouteValue(name)!;
            return change is null ? refusal! : Refused.Answer(http, await set(groups, change, id, other, http.RequestAborted));
        };

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        Guid tenantId,
        string id,
        StoredUserGroups groups,
        int statusCode = StatusCodes.Status200OK
    ) =>
        await groups.FindAsync(tenantId, id, http.RequestAborted) is { } group
            ? Results.Json(new { data = Fields(group, tenantId) }, statusCode: statusCode)
            : Refusals.NotFound(http, "Group", id);

    private static object Brief(UserGroup group) =>
        new
        {
            id = Ids.Show(Ids.Group, group.Id),
            scaikey_id = group.ExternalId,
            name = group.Name,
            created_at = group.CreatedAt,
        };

    private static object Fields(WholeGroup it, Guid tenantId) =>
        new
        {
            id = Ids.Show(Ids.Group, it.Group.Id),
            scaikey_id = it.Group.ExternalId,
            name = it.Group.Name,
            created_at = it.Group.CreatedAt,
            members = it.Members.Select(user => UserShape.Brief(user, tenantId)),
            groups = it.Inner.Select(group => UserShape.Named(Ids.Group, group.Id, group.Name)),
            is_in = it.Outer.Select(group => UserShape.Named(Ids.Group, group.Id, group.Name)),
            roles = it.Roles.Select(role => UserShape.Named(Ids.Role, role.Id, role.Name)),
        };
}
