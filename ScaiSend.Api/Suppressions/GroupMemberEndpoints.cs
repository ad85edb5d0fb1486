using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>
/// <c>/v3/asm/groups/{groupId}/suppressions</c>: add (201), list, search and delete (204) addresses that get no mail of a group; <c>/v3/asm/suppressions</c>: all
/// members of all groups, <c>…/{email}</c>: every group and whether the address has left it. Scopes <c>suppressions.read</c> and <c>suppressions.write</c>.
/// Errors: 400, 401, 403, 404, 413, 422.
/// </summary>
public static class GroupMemberEndpoints
{
    private const string Path = "/v3/asm/groups/{groupId}/suppressions";

    public static void MapGroupMembers(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, AddAsync).Needs(Scopes.SuppressionsWrite);
        routes.MapGet(Path, ListAsync).Needs(Scopes.SuppressionsRead);
        routes.MapPost($"{Path}/search", SearchAsync).Needs(Scopes.SuppressionsRead);
        routes.MapDelete($"{Path}/{{email}}", DeleteAsync).Needs(Scopes.SuppressionsWrite);
        routes.MapGet("/v3/asm/suppressions", ListAllAsync).Needs(Scopes.SuppressionsRead);
        routes.MapGet("/v3/asm/suppressions/{email}", GetAsync).Needs(Scopes.SuppressionsRead);
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Caller caller,
        string groupId,
        StoredGroups groups,
        StoredSuppressions stored,
        TimeProvider time
    )
    {
        var body = await BodyFields.ReadAsync(http, AddressList.MaxBody, http.RequestAborted);
        var emails = AddressList.Recipients(body);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var list = ListOf(caller, groupId);
        if (!await groups.ExistsAsync(caller.TenantId, list.GroupId, http.RequestAborted))
        {
            if (http.Dialect() != Dialect.SendGrid)
                return GroupShape.Refusal(http, groupId, GroupChange.NoGroup);
            // SendGrid unsubscribes from everything who leaves a group that is gone, so we do.
            list = new ListOfTenant(caller.TenantId, SuppressionList.GlobalUnsubscribes);
        }
        await stored.AddNewAsync(emails.Select(email => Unsubscribed.From(list, email, time.GetUtcNow())), http.RequestAborted);
        return SuppressionShape.Recipients(emails);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, string groupId, StoredGroups groups, GroupMembers members)
    {
        var (page, refusal) = MemberPage.Read(http);
        if (refusal is not null)
            return refusal;
        var id = GroupEndpoints.IdOf(groupId);
        return await groups.ExistsAsync(caller.TenantId, id, http.RequestAborted)
            ? GroupShape.Members(http, (await members.ListAsync(caller.TenantId, id, page, http.RequestAborted)).Select(m => m.Address))
            : GroupShape.Refusal(http, groupId, GroupChange.NoGroup);
    }

    private static async Task<IResult> SearchAsync(
        HttpContext http,
        Caller caller,
        string groupId,
        StoredGroups groups,
        StoredSuppressions stored
    )
    {
        var body = await BodyFields.ReadAsync(http, AddressList.MaxBody, http.RequestAborted);
        var emails = AddressList.Recipients(body);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var list = ListOf(caller, groupId);
        return await groups.ExistsAsync(caller.TenantId, list.GroupId, http.RequestAborted)
            ? GroupShape.Members(http, await stored.AmongAsync(list, emails, http.RequestAborted))
            : GroupShape.Refusal(http, groupId, GroupChange.NoGroup);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Caller caller,
        string groupId,
        string email,
        StoredGroups groups,
        StoredSuppressions stored
    )
    {
        var list = ListOf(caller, groupId);
        if (!await groups.ExistsAsync(caller.TenantId, list.GroupId, http.RequestAborted))
            return GroupShape.Refusal(http, groupId, GroupChange.NoGroup);
        return await stored.DeleteAsync(list, [AddressList.InPath(email)], http.RequestAborted) == 0
            ? SuppressionShape.NothingToDelete(http, "Group member", email)
            : Results.NoContent();
    }

    private static async Task<IResult> ListAllAsync(HttpContext http, Caller caller, GroupMembers members)
    {
        var (page, refusal) = MemberPage.Read(http);
        return refusal ?? GroupShape.AllMembers(http, await members.ListAsync(caller.TenantId, groupId: null, page, http.RequestAborted));
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string email, StoredGroups groups, SuppressionCheck check)
    {
        var all = await groups.ListAsync(caller.TenantId, [], http.RequestAborted);
        var lists = await check.FindAsync([(caller.TenantId, AddressList.InPath(email))], http.RequestAborted);
        return GroupShape.OfAddress(all.Select(g => (g, lists[0].Contains(new ListedOn(SuppressionList.Group, g.Group.Id)))));
    }

    private static ListOfTenant ListOf(Caller caller, string groupId) =>
        new(caller.TenantId, SuppressionList.Group, GroupEndpoints.IdOf(groupId));
}
