using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Hierarchy;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.People;

/// <summary>The tenant that a request about roles, users and groups is about: that of the token; staff names one with <c>?tenant=</c>.</summary>
public sealed class ActiveTenant(StoredTenants tenants)
{
    /// <summary>The tenant, or why there is none.</summary>
    public async Task<(Guid TenantId, IResult? Refusal)> FindAsync(HttpContext http, Administrator who, QueryFields query)
    {
        if (query.Text("tenant") is not { } name)
        {
            if (who.TenantId is { } own)
                return (own, null);
            query.Refuse("tenant", "Field required: the id of the tenant, because the credential names none");
            return (Guid.Empty, query.Refusal(http));
        }
        return await tenants.FindAsync(who, name, http.RequestAborted) is { Tenant: var found } && who.SeesPeople(found.Id)
            ? (found.Id, null)
            : (Guid.Empty, Refusals.NotFound(http, "Tenant", name));
    }

    /// <summary>The tenant and what is done there, for a change that has no body.</summary>
    public async Task<(Change? Change, IResult? Refusal)> ChangeAsync(HttpContext http, Administrator who)
    {
        var query = new QueryFields(http.Request.Query);
        var (tenantId, refusal) = await FindAsync(http, who, query);
        if (refusal is not null)
            return (null, refusal);
        var reason = Reasons.Read(http, query, who.MustSayWhy(tenantId));
        query.RefuseOthers();
        return query.Refusal(http) is { } wrong ? (null, wrong) : (new Change(tenantId, who, reason), null);
    }

    /// <summary>The same for one with a body, whose other fields are read by <paramref name="read"/>.</summary>
    public async Task<(Change? Change, IResult? Refusal)> ChangeAsync(HttpContext http, Administrator who, Action<BodyFields> read)
    {
        var query = new QueryFields(http.Request.Query);
        var (tenantId, refusal) = await FindAsync(http, who, query);
        if (refusal is not null)
            return (null, refusal);
        query.RefuseOthers();
        if (query.Refusal(http) is { } wrong)
            return (null, wrong);
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        read(body);
        var reason = Reasons.Read(http, body, who.MustSayWhy(tenantId));
        body.RefuseOthers();
        return body.Refusal(http) is { } wrongToo ? (null, wrongToo) : (new Change(tenantId, who, reason), null);
    }

    private const int MaxBody = 16 * 1024;
}

/// <summary>Somebody changes something about the people of a tenant.</summary>
public sealed record Change(Guid TenantId, Administrator Who, string Reason);
