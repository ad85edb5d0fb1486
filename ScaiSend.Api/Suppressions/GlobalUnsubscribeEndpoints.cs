using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>
/// <c>/v3/asm/suppressions/global</c>: <c>POST</c> (201) adds addresses that get no mail of any kind, <c>GET …/{email}</c> asks for one, <c>DELETE …/{email}</c> (204)
/// takes one off. Scopes <c>suppressions.read</c> and <c>suppressions.write</c>. Errors: 400, 401, 403, 404 (documented dialect), 413, 422.
/// </summary>
public static class GlobalUnsubscribeEndpoints
{
    private const string Path = "/v3/asm/suppressions/global";

    public static void MapGlobalUnsubscribes(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, AddAsync).Needs(Scopes.SuppressionsWrite);
        routes.MapGet($"{Path}/{{email}}", GetAsync).Needs(Scopes.SuppressionsRead);
        routes.MapDelete($"{Path}/{{email}}", DeleteAsync).Needs(Scopes.SuppressionsWrite);
    }

    private static async Task<IResult> AddAsync(HttpContext http, Caller caller, StoredSuppressions stored, TimeProvider time)
    {
        var body = await BodyFields.ReadAsync(http, AddressList.MaxBody, http.RequestAborted);
        var emails = AddressList.Recipients(body);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        await stored.AddNewAsync(emails.Select(Entry), http.RequestAborted);
        return SuppressionShape.Recipients(emails);

        Suppression Entry(string email) => Unsubscribed.From(ListOf(caller), email, time.GetUtcNow());
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string email, StoredSuppressions stored)
    {
        var address = AddressList.InPath(email);
        return SuppressionShape.Global(http, address, await stored.FindAsync(ListOf(caller), address, http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string email, StoredSuppressions stored) =>
        await stored.DeleteAsync(ListOf(caller), [AddressList.InPath(email)], http.RequestAborted) == 0
            ? SuppressionShape.NothingToDelete(http, SuppressionFamily.Unsubscribes.Entry, email)
            : Results.NoContent();

    private static ListOfTenant ListOf(Caller caller) => new(caller.TenantId, SuppressionList.GlobalUnsubscribes);
}
