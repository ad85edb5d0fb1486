using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Suppressions;

/// <summary>
/// <c>/v3/asm/groups</c>: list, <c>POST</c> (201), get, <c>PATCH</c> (201, as at SendGrid), <c>DELETE</c> (204; its members get that kind of mail again).
/// Scopes <c>suppressions.read</c> and <c>suppressions.write</c>. Errors: 400 (a name that is taken, the 201st group), 401, 403, 404, 413, 422.
/// </summary>
public static class GroupEndpoints
{
    public static void MapUnsubscribeGroups(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/asm/groups", ListAsync).Needs(Scopes.SuppressionsRead);
        routes.MapPost("/v3/asm/groups", CreateAsync).Needs(Scopes.SuppressionsWrite);
        routes.MapGet("/v3/asm/groups/{groupId}", GetAsync).Needs(Scopes.SuppressionsRead);
        routes.MapPatch("/v3/asm/groups/{groupId}", ChangeAsync).Needs(Scopes.SuppressionsWrite);
        routes.MapDelete("/v3/asm/groups/{groupId}", DeleteAsync).Needs(Scopes.SuppressionsWrite);
    }

    /// <summary>The id in a path; 0, which is nobody's, when it is no number.</summary>
    public static int IdOf(string groupId) => int.TryParse(groupId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredGroups groups)
    {
        // SendGrid's own way to ask for several: ?id=1&id=2
        var ids = http.Request.Query["id"].Select(id => IdOf(id ?? "")).ToList();
        return GroupShape.List(http, await groups.ListAsync(caller.TenantId, ids, http.RequestAborted));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Caller caller, StoredGroups groups)
    {
        var (fields, refusal) = await GroupFields.ReadAsync(http, isNew: true);
        if (fields is null)
            return refusal!;
        var (change, group) = await groups.AddAsync(caller.TenantId, fields, http.RequestAborted);
        return change == GroupChange.Done
            ? GroupShape.Show(new CountedGroup(group!, 0), StatusCodes.Status201Created)
            : GroupShape.Refusal(http, "", change);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string groupId, StoredGroups groups) =>
        await groups.FindAsync(caller.TenantId, IdOf(groupId), http.RequestAborted) is { } group
            ? GroupShape.Show(group)
            : GroupShape.Refusal(http, groupId, GroupChange.NoGroup);

    private static async Task<IResult> ChangeAsync(HttpContext http, Caller caller, string groupId, StoredGroups groups)
    {
        var (fields, refusal) = await GroupFields.ReadAsync(http, isNew: false);
        if (fields is null)
            return refusal!;
        var change = await groups.ChangeAsync(caller.TenantId, IdOf(groupId), fields, http.RequestAborted);
        return change == GroupChange.Done && await groups.FindAsync(caller.TenantId, IdOf(groupId), http.RequestAborted) is { } group
            // SendGrid answers 201 here, so we do.
            ? GroupShape.Show(group, StatusCodes.Status201Created)
            : GroupShape.Refusal(http, groupId, change == GroupChange.Done ? GroupChange.NoGroup : change);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string groupId, StoredGroups groups) =>
        await groups.DeleteAsync(caller.TenantId, IdOf(groupId), http.RequestAborted)
            ? Results.NoContent()
            : GroupShape.Refusal(http, groupId, GroupChange.NoGroup);
}
