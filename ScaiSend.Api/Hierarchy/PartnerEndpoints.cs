using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Hierarchy;

/// <summary>
/// <c>/api/admin/partners</c>: list and get, for who sees them (<see cref="Sight"/>); <c>POST</c> and <c>PATCH</c>, for staff.
/// Errors: 400, 401, 403, 404, 409 (a short name that is taken), 413, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class PartnerEndpoints
{
    private const int MaxBody = 16 * 1024;
    private const string NotStaff = "Only the installation makes and changes partners";

    public static void MapPartners(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/partners", ListAsync).AdministratorsOnly();
        routes.MapPost("/api/admin/partners", CreateAsync).AdministratorsOnly();
        routes.MapGet("/api/admin/partners/{id}", GetAsync).AdministratorsOnly();
        routes.MapPatch("/api/admin/partners/{id}", ChangeAsync).AdministratorsOnly();
    }

    private static async Task<IResult> ListAsync(HttpContext http, Administrator who, StoredPartners partners)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = AdminPage.Read(fields);
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var (found, total) = await partners.ListAsync(who, page, http.RequestAborted);
        return page.Show(found.Select(TenantShape.Fields), total);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Administrator who, string id, StoredPartners partners) =>
        await partners.FindAsync(who, id, http.RequestAborted) is { } found ? TenantShape.Show(found) : NotFound(http, id);

    private static async Task<IResult> CreateAsync(HttpContext http, Administrator who, StoredPartners partners)
    {
        if (!who.IsStaff)
            return Refusals.Forbidden(http, NotStaff);
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var name = body.RequiredName("name", TenantFields.MaxName);
        var slug = TenantEndpoints.ReadSlug(body);
        var act = new Act(who.Who, Reasons.Read(http, body, isRequired: false));
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return await partners.AddAsync(name, slug, act, http.RequestAborted) is { } added
            ? TenantShape.Show(added, StatusCodes.Status201Created)
            : Taken(http, slug);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, Administrator who, string id, StoredPartners partners)
    {
        if (await partners.FindAsync(who, id, http.RequestAborted) is not { } partner)
            return NotFound(http, id);
        if (!who.IsStaff)
            return Refusals.Forbidden(http, NotStaff);
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var name = body.Name("name", TenantFields.MaxName);
        var slug = body.Has("slug") ? TenantEndpoints.ReadSlug(body) : null;
        var act = new Act(who.Who, Reasons.Read(http, body, isRequired: false));
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return await partners.ChangeAsync(partner.Id, name, slug, act, http.RequestAborted) is { } changed
            ? TenantShape.Show(changed)
            : Taken(http, slug!);
    }

    private static IResult Taken(HttpContext http, string slug) =>
        Refusals.Because(http, StatusCodes.Status409Conflict, $"There is a partner {slug} already");

    private static IResult NotFound(HttpContext http, string id) => Refusals.NotFound(http, "Partner", id);
}
