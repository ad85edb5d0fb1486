using System.Data;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>A template and the versions that its owner has not deleted, the newest first.</summary>
public sealed record TemplateWithVersions(Template Template, IReadOnlyList<TemplateVersion> Versions);

/// <summary>
/// A tenant's templates: finding, creating, renaming, deleting. Each change takes who makes it, for the audit log; null for a program, which changes
/// templates all day.
/// </summary>
public sealed class StoredTemplates(MailDatabase database, TimeProvider time)
{
    public const int MaxName = 100;

    /// <summary>Names tried for a copy that was given none.</summary>
    private const int MaxNamesTried = 100;

    public async Task<TemplateWithVersions?> FindAsync(Guid tenantId, TemplateId id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var template = await Named(db, id).SingleOrDefaultAsync(cancellationToken);
        return template is null
            ? null
            : new TemplateWithVersions(template, await VersionsOf(db, id.Id).OrderByDescending(v => v.Id).ToListAsync(cancellationToken));
    }

    /// <summary>The template without its versions.</summary>
    public async Task<Template?> FindAloneAsync(Guid tenantId, TemplateId id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await Named(db, id).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Stores a template with copies of the versions of another; null when the name is taken.</summary>
    public async Task<TemplateWithVersions?> CreateAsync(
        Guid tenantId,
        string name,
        bool isDynamic,
        IReadOnlyList<TemplateVersion> copied,
        Act? act,
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
        if (act is not null)
            AuditLog.Note(db, time, act, "template_add", tenantId, Target(template), after: new { template.Name });
        if (!await IsUniqueAsync(db, name, cancellationToken))
            return null;
        return new TemplateWithVersions(template, versions);
    }

    /// <summary>Copies a template with its versions; null when the name is taken, or no name that was tried is free.</summary>
    /// <param name="name">Null: one that says that it is a copy.</param>
    public async Task<TemplateWithVersions?> DuplicateAsync(
        Guid tenantId,
        TemplateWithVersions original,
        string? name,
        Act? act,
        CancellationToken cancellationToken
    )
    {
        for (var number = 1; number <= MaxNamesTried; number++)
        {
            var tried = name ?? VersionCopy.NameOfCopy(original.Template.Name, MaxName, number);
            var copy = await CreateAsync(tenantId, tried, original.Template.IsDynamic, original.Versions, act, cancellationToken);
            if (copy is not null || name is not null)
                return copy;
        }
        return null;
    }

    /// <summary>False when the name is taken; null when there is no such template.</summary>
    public async Task<bool?> RenameAsync(Guid tenantId, TemplateId id, string name, Act? act, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        var template = await Named(db, id).AsTracking().SingleOrDefaultAsync(cancellationToken);
        if (template is null)
            return null;
        if (await db.Templates.AnyAsync(t => t.Name == name && t.Id != id.Id, cancellationToken))
            return false;
        if (act is not null)
            AuditLog.Note(db, time, act, "template_change", tenantId, Target(template), new { template.Name }, new { Name = name });
        (template.Name, template.UpdatedAt) = (name, time.GetStoredNow());
        return await IsUniqueAsync(db, name, cancellationToken);
    }

    /// <summary>Deletes a template. Its versions stay, hidden, for mail that was accepted with them.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, TemplateId id, Act? act, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<bool> TryAsync()
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            if (await Named(db, id).SingleOrDefaultAsync(cancellationToken) is not { } template)
                return false;
            if (await Named(db, id).ExecuteDeleteAsync(cancellationToken) == 0)
                return false;
            if (act is not null)
                AuditLog.Note(db, time, act, "template_delete", tenantId, Target(template), before: new { template.Name });
            await db.SaveChangesAsync(cancellationToken);
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

    private static object Target(Template template) => new { TemplateId = TemplateId.Of(template).ToString() };

    private static Task<bool> IsUniqueAsync(MailDb db, string name, CancellationToken cancellationToken) =>
        db.SaveUnlessTakenAsync(all => all.Templates.AnyAsync(t => t.Name == name, cancellationToken), cancellationToken);
}
