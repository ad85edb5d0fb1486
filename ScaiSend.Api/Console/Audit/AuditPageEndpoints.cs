using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Audit;

/// <summary><c>/console/audit</c>: who did what, when, why, and what came of it, newest first; each sees the entries that are his (<see cref="Sight"/>).</summary>
public static class AuditPageEndpoints
{
    private const int PageSize = 50;

    /// <summary>How far back a thing is looked for when nobody says how far: it has no index.</summary>
    public static readonly TimeSpan TargetUnlessSaid = TimeSpan.FromDays(90);

    public static void MapAuditPage(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/console/audit", ShowAsync)
            .PageForAdministrators(Scopes.AdminSettings, alsoPartners: true)
            .InMenu("Audit log", MenuPart.People, order: 9);

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        Visitor visitor,
        AuditLog audit,
        QueueNames names,
        MailDatabase database,
        TimeProvider time
    )
    {
        var query = AuditQuery.Read(http.Request.Query, visitor);
        Guid? tenantId = null;
        if (query.Tenant.Length > 0)
            // One that is not there has no entries, just as one that he does not see.
            tenantId = await names.TenantAsync(query.Tenant, http.RequestAborted) ?? Guid.Empty;
        var entries = await audit.ListAsync(
            query.Action,
            query.Actor.Length > 0 ? query.Actor : null,
            tenantId,
            query.Before,
            PageSize + 1,
            http.RequestAborted,
            query.Since ?? (query.Target.Length > 0 ? time.GetUtcNow() - TargetUnlessSaid : null),
            query.Until?.AddDays(1),
            (all, tenants) => all.SeenBy(visitor.Who, tenants),
            query.Target.Length > 0 ? query.Target : null
        );
        var page = entries.Take(PageSize).ToList();
        return Page.Of<AuditPage>(
            "Audit log",
            new AuditModel(query, page, entries.Count > PageSize, await SlugsAsync(database, visitor, page, http.RequestAborted))
            {
                SeesTenants = visitor.Who.IsStaff || visitor.Who.PartnerId is not null,
                OwnTenant = visitor.Who.TenantId,
            }
        );
    }

    // Of tenants whose entries he sees he may know the names.
    private static async Task<IReadOnlyDictionary<Guid, string>> SlugsAsync(
        MailDatabase database,
        Visitor visitor,
        IReadOnlyList<AuditEntry> entries,
        CancellationToken cancellationToken
    )
    {
        var ids = entries.Select(entry => entry.TenantId).OfType<Guid>().Distinct().ToList();
        await using var db = database.ForPlatform();
        return await db
            .Tenants.IgnoreQueryFilters()
            .Where(t => ids.Contains(t.Id))
            .SeenBy(visitor.Who)
            .ToDictionaryAsync(t => t.Id, t => t.Slug, cancellationToken);
    }
}

/// <summary>What the page of the audit log shows.</summary>
/// <param name="Slugs">The short names of the tenants.</param>
public sealed record AuditModel(AuditQuery Query, IReadOnlyList<AuditEntry> Entries, bool HasMore, IReadOnlyDictionary<Guid, string> Slugs)
{
    /// <summary>Whether he sees entries of several tenants.</summary>
    public bool SeesTenants { get; init; }
    public Guid? OwnTenant { get; init; }
}
