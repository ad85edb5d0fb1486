using System.Data;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>What became of a change to a version.</summary>
public enum VersionChange
{
    Done,
    NoTemplate,
    NoVersion,
    TooMany,
    IsActive,
}

/// <summary>A template's versions. Every change holds the template's row first, so that changes of one template take turns and one version at most is active. Each takes who makes it, as <see cref="StoredTemplates"/> does.</summary>
public sealed class StoredVersions(MailDatabase database, TimeProvider time)
{
    public const int MaxVersions = 300;

    // As long texts are cut in the audit log.
    private const int MaxNoted = 200;

    public async Task<TemplateVersion?> FindAsync(Guid tenantId, TemplateId templateId, Guid id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await StoredTemplates.Named(db, templateId).AnyAsync(cancellationToken)
            ? await StoredTemplates.VersionsOf(db, templateId.Id).SingleOrDefaultAsync(v => v.Id == id, cancellationToken)
            : null;
    }

    /// <summary>Adds a version; active, and the others not, when it says so or is the first and <paramref name="activatesFirst"/>.</summary>
    public Task<VersionChange> AddAsync(
        Guid tenantId,
        TemplateId templateId,
        TemplateVersion version,
        bool activatesFirst,
        Act? act,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            tenantId,
            templateId,
            async db =>
            {
                var count = await StoredTemplates.VersionsOf(db, templateId.Id).CountAsync(cancellationToken);
                if (count >= MaxVersions)
                    return VersionChange.TooMany;
                version.IsActive |= activatesFirst && count == 0;
                if (version.IsActive)
                    await DeactivateAsync(db, templateId.Id, cancellationToken);
                db.TemplateVersions.Add(version);
                Note(db, act, templateId, version, before: null, State(version));
                await db.SaveChangesAsync(cancellationToken);
                return VersionChange.Done;
            },
            cancellationToken
        );

    /// <summary>Adds a copy of a version, which is not active.</summary>
    /// <param name="name">Null: one that says that it is a copy.</param>
    public async Task<(VersionChange Change, TemplateVersion? Copy)> DuplicateAsync(
        Guid tenantId,
        TemplateId templateId,
        Guid id,
        string? name,
        Act? act,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(tenantId, templateId, id, cancellationToken) is not { } original)
            return (VersionChange.NoVersion, null);
        name ??= VersionCopy.NameOfCopy(original.Name, VersionFields.MaxName);
        var copy = original.Copy(Ids.New(time), templateId.Id, name, isActive: false, time.GetStoredNow());
        return (await AddAsync(tenantId, templateId, copy, activatesFirst: false, act, cancellationToken), copy);
    }

    /// <summary>Changes a version as the row stands now.</summary>
    /// <param name="change">Answers whether the wording became another one.</param>
    public Task<VersionChange> UpdateAsync(
        Guid tenantId,
        TemplateId templateId,
        Guid id,
        Func<TemplateVersion, bool> change,
        Act? act,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            tenantId,
            templateId,
            async db =>
            {
                if (await TrackedAsync(db, templateId.Id, id, cancellationToken) is not { } version)
                    return VersionChange.NoVersion;
                var (wasActive, before) = (version.IsActive, State(version));
                if (change(version))
                    version.Revision++;
                version.UpdatedAt = time.GetStoredNow();
                Note(db, act, templateId, version, before, State(version));
                if (version.IsActive && !wasActive)
                    await DeactivateAsync(db, templateId.Id, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                return VersionChange.Done;
            },
            cancellationToken
        );

    /// <summary>Hides a version; the row stays for mail that was accepted with it.</summary>
    public Task<VersionChange> DeleteAsync(
        Guid tenantId,
        TemplateId templateId,
        Guid id,
        bool mayBeActive,
        Act? act,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            tenantId,
            templateId,
            async db =>
            {
                if (await TrackedAsync(db, templateId.Id, id, cancellationToken) is not { } version)
                    return VersionChange.NoVersion;
                if (version.IsActive && !mayBeActive)
                    return VersionChange.IsActive;
                Note(db, act, templateId, version, State(version), after: null);
                (version.DeletedAt, version.IsActive) = (time.GetStoredNow(), false);
                await db.SaveChangesAsync(cancellationToken);
                return VersionChange.Done;
            },
            cancellationToken
        );

    private async Task<VersionChange> ChangeAsync(
        Guid tenantId,
        TemplateId templateId,
        Func<MailDb, Task<VersionChange>> change,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<VersionChange> TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            var now = time.GetStoredNow();
            var held = await StoredTemplates
                .Named(db, templateId)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.UpdatedAt, now), cancellationToken);
            if (held == 0)
                return VersionChange.NoTemplate;
            var changed = await change(db);
            if (changed == VersionChange.Done)
                await transaction.CommitAsync(cancellationToken);
            return changed;
        }
    }

    private void Note(MailDb db, Act? act, TemplateId templateId, TemplateVersion version, object? before, object? after)
    {
        if (act is null)
            return;
        var target = new { TemplateId = templateId.ToString(), VersionId = Ids.Show(VersionId.Prefix, version.Id) };
        AuditLog.Note(db, time, act, "template_change", version.TenantId, target, before, after);
    }

    // A change of the contents shows as another revision.
    private static object State(TemplateVersion version) =>
        new
        {
            version.Name,
            Subject = version.Subject.Length > MaxNoted ? version.Subject[..MaxNoted] : version.Subject,
            version.IsActive,
            version.Revision,
        };

    private static Task<TemplateVersion?> TrackedAsync(MailDb db, Guid templateId, Guid id, CancellationToken cancellationToken) =>
        StoredTemplates.VersionsOf(db, templateId).AsTracking().SingleOrDefaultAsync(v => v.Id == id, cancellationToken);

    private static Task DeactivateAsync(MailDb db, Guid templateId, CancellationToken cancellationToken) =>
        StoredTemplates
            .VersionsOf(db, templateId)
            .Where(v => v.IsActive)
            .ExecuteUpdateAsync(set => set.SetProperty(v => v.IsActive, false), cancellationToken);
}
