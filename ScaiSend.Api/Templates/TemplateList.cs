using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>A page of templates, without the contents of their versions.</summary>
/// <param name="Total">How many templates match in all.</param>
/// <param name="Next">The token of the next page; null on the last.</param>
public sealed record TemplatePage(IReadOnlyList<TemplateWithVersions> Templates, int Total, string? Next);

/// <summary>Which templates to list.</summary>
/// <param name="PageSize">Null: as many as one answer may have.</param>
public sealed record TemplateListQuery(bool HasDynamic, bool HasLegacy, int? PageSize, TemplateId? After)
{
    private const int MaxPageSize = 200;

    public static TemplateListQuery Read(HttpContext http, QueryFields query)
    {
        var asked = query.Text("generations") ?? (http.Dialect() == Dialect.SendGrid ? "legacy" : "legacy,dynamic");
        var generations = asked.Split(',', StringSplitOptions.TrimEntries);
        if (generations.Any(g => g is not ("legacy" or "dynamic")))
            query.Refuse("generations", "must be legacy, dynamic or legacy,dynamic");
        TemplateId? after = null;
        if (query.Text("page_token") is { } token)
        {
            if (TemplateId.TryRead(token, out var id))
                after = id;
            else
                query.Refuse("page_token", "must be the page_token of an earlier answer's _metadata");
        }
        int? pageSize = query.Text("page_size") is null ? null : query.Number("page_size", 1, 1, MaxPageSize);
        return new TemplateListQuery(generations.Contains("dynamic"), generations.Contains("legacy"), pageSize, after);
    }
}

/// <summary>Lists a tenant's templates, the newest first.</summary>
public sealed class TemplateList(MailDatabase database)
{
    /// <summary>Templates in one answer when no page size is given.</summary>
    public const int MaxListed = 1000;

    public async Task<TemplatePage> ReadAsync(Guid tenantId, TemplateListQuery query, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var total = await Matching(db.Templates, query).CountAsync(cancellationToken);
        var size = query.PageSize ?? MaxListed;
        var templates = await Matching(query.After is { } after ? After(db, after.Id) : db.Templates, query)
            .OrderByDescending(t => t.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        var hasMore = templates.Count > size;
        if (hasMore)
            templates.RemoveAt(size);
        var ids = templates.Select(t => t.Id).ToList();
        var versions = (await Lean(db, ids).ToListAsync(cancellationToken)).ToLookup(v => v.TemplateId);
        return new TemplatePage(
            [.. templates.Select(t => new TemplateWithVersions(t, [.. versions[t.Id].OrderByDescending(v => v.Id)]))],
            total,
            hasMore ? TemplateId.Of(templates[^1]).ToString() : null
        );
    }

    /// <summary>A template with its versions, without their contents; null when the tenant has none of this id.</summary>
    public async Task<TemplateWithVersions?> FindAsync(Guid tenantId, TemplateId id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var template = await StoredTemplates.Named(db, id).SingleOrDefaultAsync(cancellationToken);
        return template is null
            ? null
            : new TemplateWithVersions(
                template,
                [.. (await Lean(db, [id.Id]).ToListAsync(cancellationToken)).OrderByDescending(v => v.Id)]
            );
    }

    private static IQueryable<Template> Matching(IQueryable<Template> templates, TemplateListQuery query) =>
        templates.AsNoTracking().Where(t => t.IsDynamic ? query.HasDynamic : query.HasLegacy);

    private static IQueryable<Template> After(MailDb db, Guid after) =>
        db.Templates.FromSqlRaw("SELECT * FROM templates WHERE id < {0}", after.ToByteArray(bigEndian: true));

    // Everything but the contents, which may have a megabyte each.
    private static IQueryable<TemplateVersion> Lean(MailDb db, List<Guid> templateIds) =>
        db
            .TemplateVersions.AsNoTracking()
            .Where(v => templateIds.Contains(v.TemplateId) && v.DeletedAt == null)
            .Select(v => new TemplateVersion
            {
                Id = v.Id,
                TenantId = v.TenantId,
                TemplateId = v.TemplateId,
                Name = v.Name,
                Subject = v.Subject,
                Preheader = v.Preheader,
                HtmlContent = "",
                PlainContent = "",
                GeneratesPlainContent = v.GeneratesPlainContent,
                Editor = v.Editor,
                IsActive = v.IsActive,
                CreatedAt = v.CreatedAt,
                UpdatedAt = v.UpdatedAt,
            });
}
