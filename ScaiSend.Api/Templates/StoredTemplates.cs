using System.Data;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>A template and the versions that its owner has not deleted, the newest first.</summary>
public sealed record TemplateWithVersions(Template Template, IReadOnlyList<TemplateVersion> Versions);

/// <summary>A tenant's templates: finding, creating, renaming, deleting.</summary>
public sealed class StoredTemplates(MailDatabase database, TimeProvider time)
{
    public const int MaxName = 100;

    public async Task<TemplateWithVersions?> FindAsync(Guid tenantId, TemplateId id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var template = await Named(db, id).SingleOrDefaultAsync(cancellationToken);
        return template is null
            ? null
            : new TemplateWithVersions(template, await VersionsOf(db, id.Id).OrderByDescending(v => v.Id).ToListAsync(cancellationToken));
    }

    /// <summary>Stores a template with copies of the versions of another; null when the name is taken.</summary>
    public async Task<TemplateWithVersions?> CreateAsync(
        Guid tenantId,
        string name,
        bool isDynamic,
        IReadOnlyList<TemplateVersion> copied,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        if (await db.Templates.AnyAsync(t => t.Name == name, cancellationToken))
            return null;
        var now = time.GetStoredNow();
        var template = new Template
        {
            Id = Ids.New(time),
            TenantId = tenantId,
            Name = name,
            IsDynamic = isDynamic,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Templates.Add(template);
        // Lists are in the order of the ids, which a millisecond apart keep the original's.
        var versions = copied
            .Select((v, i) => v.Copy(Guid.CreateVersion7(now.AddMilliseconds(-i)), template.Id, v.Name, v.IsActive, now))
            .ToList();
        db.TemplateVersions.AddRange(versions);
        if (!await IsUniqueAsync(db, name, cancellationToken))
            return null;
        return new TemplateWithVersions(template, versions);
    }

    /// <summary>False when the name is taken; null when there is no such template.</summary>
    public async Task<bool?> RenameAsync(Guid tenantId, TemplateId id, string name, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        var template = await Named(db, id).AsTracking().SingleOrDefaultAsync(cancellationToken);
        if (template is null)
            return null;
        if (await db.Templates.AnyAsync(t => t.Name == name && t.Id != id.Id, cancellationToken))
            return false;
        (template.Name, template.UpdatedAt) = (name, time.GetStoredNow());
        return await IsUniqueAsync(db, name, cancellationToken);
    }

    /// <summary>Deletes a template. Its versions stay, hidden, for mail that was accepted with them.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, TemplateId id, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<bool> TryAsync()
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            if (await Named(db, id).ExecuteDeleteAsync(cancellationToken) == 0)
                return false;
            var now = (DateTimeOffset?)time.GetStoredNow();
            await VersionsOf(db, id.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(v => v.DeletedAt, now).SetProperty(v => v.IsActive, false), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    /// <summary>The template of this id and kind.</summary>
    internal static IQueryable<Template> Named(MailDb db, TemplateId id) =>
        db.Templates.AsNoTracking().Where(t => t.Id == id.Id && t.IsDynamic == id.IsDynamic);

    /// <summary>A template's versions that are not deleted.</summary>
    internal static IQueryable<TemplateVersion> VersionsOf(MailDb db, Guid templateId) =>
        db.TemplateVersions.AsNoTracking().Where(v => v.TemplateId == templateId && v.DeletedAt == null);

    private static Task<bool> IsUniqueAsync(MailDb db, string name, CancellationToken cancellationToken) =>
        db.SaveUnlessTakenAsync(all => all.Templates.AnyAsync(t => t.Name == name, cancellationToken), cancellationToken);
}
