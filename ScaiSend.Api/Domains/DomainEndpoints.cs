using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Domains;

namespace ScaiSend.Api.Domains;

/// <summary>
/// <c>/api/admin/domains</c>, a tenant's sender domains: list, <c>POST</c> (201, with the records to publish), get, <c>PATCH</c>, <c>DELETE</c> (204),
/// <c>POST …/{id}/verify</c> asks DNS now, <c>POST …/{id}/rotate</c> makes the next DKIM keys, <c>GET …/{id}/events</c> is its history.
/// Scopes <c>domains.read</c> and <c>domains.write</c>. Errors: 400 (a policy that is none, a domain that is there, the 501st), 401, 403, 404, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class DomainEndpoints
{
    /// <summary>Most events of one answer.</summary>
    public const int MaxEvents = 500;

    public static void MapDomains(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/domains", ListAsync).OursNeeds(Scopes.DomainsRead);
        routes.MapPost("/api/admin/domains", CreateAsync).OursNeeds(Scopes.DomainsWrite);
        routes.MapGet("/api/admin/domains/{id}", GetAsync).OursNeeds(Scopes.DomainsRead);
        routes.MapPatch("/api/admin/domains/{id}", ChangeAsync).OursNeeds(Scopes.DomainsWrite);
        routes.MapDelete("/api/admin/domains/{id}", DeleteAsync).OursNeeds(Scopes.DomainsWrite);
        routes.MapPost("/api/admin/domains/{id}/verify", VerifyAsync).OursNeeds(Scopes.DomainsWrite);
        routes.MapPost("/api/admin/domains/{id}/rotate", RotateAsync).OursNeeds(Scopes.DomainsWrite);
        routes.MapGet("/api/admin/domains/{id}/events", EventsAsync).OursNeeds(Scopes.DomainsRead);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredDomains domains, DomainShape shape)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = fields.Number("page", 1, 1, StoredDomains.Most);
        var pageSize = fields.Number("page_size", 25, 1, 100);
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var (found, total) = await domains.ListAsync(caller.TenantId, (page - 1) * pageSize, pageSize, http.RequestAborted);
        return shape.List(found, total, page, pageSize);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Caller caller, StoredDomains domains, DomainShape shape)
    {
        var (fields, refusal) = await DomainFields.ReadAsync(http, isNew: true);
        if (fields is null)
            return refusal!;
        var (addition, domain) = await domains.AddAsync(caller.TenantId, fields, caller.Act(http), http.RequestAborted);
        return addition switch
        {
            DomainAddition.Done => shape.Show(domain!, StatusCodes.Status201Created),
            DomainAddition.IsThere => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                $"Domain already exists: {fields.Domain}",
                "domain"
            ),
            _ => Refusals.Because(http, StatusCodes.Status400BadRequest, $"Cannot create more than {StoredDomains.Most} domains"),
        };
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredDomains domains, DomainShape shape) =>
        shape.Show(http, id, await domains.FindAsync(caller.TenantId, id, http.RequestAborted));

    private static async Task<IResult> ChangeAsync(HttpContext http, Caller caller, string id, StoredDomains domains, DomainShape shape)
    {
        var (fields, refusal) = await DomainFields.ReadAsync(http, isNew: false);
        return fields is null
            ? refusal!
            : shape.Show(http, id, await domains.ChangeAsync(caller.TenantId, id, fields, caller.Act(http), http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string id, StoredDomains domains) =>
        await domains.DeleteAsync(caller.TenantId, id, caller.Act(http), http.RequestAborted)
            ? Results.NoContent()
            : DomainShape.NotFound(http, id);

    private static async Task<IResult> VerifyAsync(HttpContext http, Caller caller, string id, DomainVerification verification) =>
        Ids.TryRead(Ids.Domain, id, out var domainId)
        && await verification.RunAsync(caller.TenantId, domainId, http.RequestAborted) is { } domain
            ? DomainShape.Verified(domain)
            : DomainShape.NotFound(http, id);

    private static async Task<IResult> RotateAsync(HttpContext http, Caller caller, string id, StoredDomains domains, DomainShape shape) =>
        shape.Show(http, id, await domains.RotateAsync(caller.TenantId, id, caller.Act(http), http.RequestAborted));

    private static async Task<IResult> EventsAsync(HttpContext http, Caller caller, string id, StoredDomains domains)
    {
        var fields = new QueryFields(http.Request.Query);
        var limit = fields.Number("limit", otherwise: 50, min: 1, max: MaxEvents);
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        return await domains.FindAsync(caller.TenantId, id, http.RequestAborted) is { } found
            ? DomainShape.Events(await domains.HistoryAsync(caller.TenantId, found.Domain.Id, limit, http.RequestAborted))
            : DomainShape.NotFound(http, id);
    }
}
