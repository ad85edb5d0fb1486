using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>
/// <c>/v3/suppression/bounces|blocks|invalid_emails|spam_reports</c>: list, get, delete one, many (<c>emails</c>) or all (<c>delete_all</c>); and, ours,
/// add one and import CSV. <c>/v3/suppression/unsubscribes</c>: list and, ours, delete many or all and import. Reading needs <c>suppressions.read</c>, changing <c>suppressions.write</c>.
/// Errors: 400 (a deletion of nothing, or of everything and something), 401, 403, 404 (documented dialect), 413, 415, 422.
/// </summary>
public static class SuppressionEndpoints
{
    private const int MaxEntry = 64 * 1024;

    public static void MapSuppressions(this IEndpointRouteBuilder routes)
    {
        foreach (var family in SuppressionFamily.All)
        {
            var path = $"/v3/suppression/{family.Name}";
            MapList(routes, family);
            routes.MapPost(path, AddAsync).OursNeeds(Scopes.SuppressionsWrite);
            routes.MapDelete(path, DeleteSomeAsync).Needs(Scopes.SuppressionsWrite);
            routes.MapGet($"{path}/{{email}}", GetAsync).Needs(Scopes.SuppressionsRead);
            routes.MapDelete($"{path}/{{email}}", DeleteAsync).Needs(Scopes.SuppressionsWrite);

            Task<IResult> AddAsync(HttpContext http, Caller caller, StoredSuppressions stored, TimeProvider time) =>
                AddToAsync(family, http, caller, stored, time);
            Task<IResult> DeleteSomeAsync(HttpContext http, Caller caller, StoredSuppressions stored, TimeProvider time) =>
                DeleteSomeOfAsync(family, http, caller, stored, time);
            Task<IResult> GetAsync(HttpContext http, Caller caller, string email, StoredSuppressions stored) =>
                GetOfAsync(family, http, caller, AddressList.InPath(email), stored);
            Task<IResult> DeleteAsync(HttpContext http, Caller caller, string email, StoredSuppressions stored) =>
                DeleteOfAsync(family, http, caller, AddressList.InPath(email), stored);
        }
        MapList(routes, SuppressionFamily.Unsubscribes);
        routes
            .MapDelete($"/v3/suppression/{SuppressionFamily.Unsubscribes.Name}", DeleteUnsubscribesAsync)
            .OursNeeds(Scopes.SuppressionsWrite);

        static Task<IResult> DeleteUnsubscribesAsync(HttpContext http, Caller caller, StoredSuppressions stored, TimeProvider time) =>
            DeleteSomeOfAsync(SuppressionFamily.Unsubscribes, http, caller, stored, time);
    }

    private static void MapList(IEndpointRouteBuilder routes, SuppressionFamily family)
    {
        routes.MapGet($"/v3/suppression/{family.Name}", ListAsync).Needs(Scopes.SuppressionsRead);
        routes.MapPost($"/v3/suppression/{family.Name}/import", ImportAsync).OursNeeds(Scopes.SuppressionsWrite);

        Task<IResult> ListAsync(HttpContext http, Caller caller, StoredSuppressions stored) => ListOfAsync(family, http, caller, stored);
        Task<IResult> ImportAsync(HttpContext http, Caller caller, ImportSuppressions import) =>
            import.RunAsync(http, family, caller.TenantId, http.RequestAborted);
    }

    private static async Task<IResult> ListOfAsync(SuppressionFamily family, HttpContext http, Caller caller, StoredSuppressions stored)
    {
        var (query, refusal) = SuppressionListQuery.Read(http);
        if (query is null)
            return refusal!;
        var list = new ListOfTenant(caller.TenantId, family.List);
        var page = await stored.PageAsync(list, query, http.RequestAborted);
        return http.Dialect() == Dialect.SendGrid
            ? SuppressionShape.List(family, page)
            : SuppressionShape.Page(family, page, await stored.CountAsync(list, query, http.RequestAborted));
    }

    private static async Task<IResult> GetOfAsync(
        SuppressionFamily family,
        HttpContext http,
        Caller caller,
        string email,
        StoredSuppressions stored
    ) =>
        SuppressionShape.One(
            http,
            family,
            email,
            await stored.FindAsync(new ListOfTenant(caller.TenantId, family.List), email, http.RequestAborted)
        );

    private static async Task<IResult> AddToAsync(
        SuppressionFamily family,
        HttpContext http,
        Caller caller,
        StoredSuppressions stored,
        TimeProvider time
    )
    {
        var body = await BodyFields.ReadAsync(http, MaxEntry, http.RequestAborted);
        var email = AddressList.One(body);
        var bounceType =
            family.BounceType is null ? null
            : body.OneOf("bounce_type", "hard", "soft", "block") is { } word ? Enum.Parse<BounceClass>(word, ignoreCase: true)
            : family.BounceType;
        var reason = body.Text("reason", AddressList.MaxReason);
        var source = family.List == SuppressionList.SpamReports ? body.Text("ip", max: 45) : null;
        if (source is not null && !IPAddress.TryParse(source, out _))
            body.Refuse("ip", "must be an IP address");
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var suppression = family.NewEntry(caller.TenantId, email, reason, time.GetUtcNow(), bounceType, source);
        await stored.AddAsync([suppression], http.RequestAborted);
        return SuppressionShape.Added(family, suppression);
    }

    private static async Task<IResult> DeleteOfAsync(
        SuppressionFamily family,
        HttpContext http,
        Caller caller,
        string email,
        StoredSuppressions stored
    ) =>
        await stored.DeleteAsync(new ListOfTenant(caller.TenantId, family.List), [email], http.RequestAborted) == 0
            ? SuppressionShape.NothingToDelete(http, family.Entry, email)
            : Results.NoContent();

    private static async Task<IResult> DeleteSomeOfAsync(
        SuppressionFamily family,
        HttpContext http,
        Caller caller,
        StoredSuppressions stored,
        TimeProvider time
    )
    {
        var query = new QueryFields(http.Request.Query);
        var body = await BodyFields.ReadAsync(http, AddressList.MaxBody, http.RequestAborted);
        // Both are read, so that a wrong one is told.
        var (inQuery, inBody) = (query.Flag("delete_all"), body.Flag("delete_all"));
        var emails = body.Texts("emails", AddressList.Most);
        if ((query.Refusal(http) ?? body.Refusal(http)) is { } refusal)
            return refusal;
        var isAll = inQuery == true || inBody == true;
        // Of two that contradict each other the harmless one is not guessed.
        if (inQuery is not null && inBody is not null && inQuery != inBody)
            return SuppressionShape.UnclearDeletion(http, "delete_all says one thing in the query and another in the body");
        var list = new ListOfTenant(caller.TenantId, family.List);
        if (isAll == emails is { Count: > 0 })
            return SuppressionShape.UnclearDeletion(
                http,
                isAll ? "delete_all and emails may not be given together" : "Give delete_all as true, or emails with at least one address"
            );
        if (isAll)
            await stored.DeleteAllAsync(list, time.GetUtcNow(), http.RequestAborted);
        else
            await stored.DeleteAsync(list, emails!, http.RequestAborted);
        return Results.NoContent();
    }
}
