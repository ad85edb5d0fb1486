using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Platform.Templates;

/// <summary>Finds versions by id, compiled once per revision. Deleted ones too: mail that was accepted with them still needs them.</summary>
public sealed class TemplateVersions(MailDatabase database)
{
    /// <summary>What is kept in this process.</summary>
    public TemplateCache Cache { get; } = new();

    /// <summary>The versions that exist. One that no longer compiles is <see cref="FoundVersion.Error"/>.</summary>
    public async Task<IReadOnlyDictionary<Guid, FoundVersion>> FindAsync(
        Guid tenantId,
        IReadOnlyCollection<TemplateUse> uses,
        CancellationToken cancellationToken
    )
    {
        var isDynamic = uses.DistinctBy(use => use.VersionId).ToDictionary(use => use.VersionId, use => use.IsDynamic);
        var ids = isDynamic.Keys.ToList();
        await using var db = database.For(tenantId);
        var revisions = await db
            .TemplateVersions.AsNoTracking()
            .Where(v => ids.Contains(v.Id))
            .Select(v => new
            {
                v.Id,
                v.Revision,
                v.Tracking,
            })
            .ToListAsync(cancellationToken);
        var found = new Dictionary<Guid, FoundVersion>();
        var wanted = new List<Guid>();
        foreach (var row in revisions)
        {
            if (Cache.Find(row.Id, row.Revision) is { } kept)
                found[row.Id] = new FoundVersion(kept, null, row.Tracking);
            else
                wanted.Add(row.Id);
        }
        if (wanted.Count == 0)
            return found;
        var versions = await db.TemplateVersions.AsNoTracking().Where(v => wanted.Contains(v.Id)).ToListAsync(cancellationToken);
        foreach (var version in versions)
            found[version.Id] = Compile(version, isDynamic[version.Id]);
        return found;
    }

    private FoundVersion Compile(TemplateVersion row, bool isDynamic)
    {
        if (CompiledVersion.Compile(TemplateSource.Of(row, isDynamic), out var errors) is not { } version)
            return new FoundVersion(null, $"{errors[0].Part}: {errors[0].Error}", null);
        Cache.Keep(row.Id, row.Revision, version);
        return new FoundVersion(version, null, row.Tracking);
    }
}

/// <summary>A version, or why it cannot be used.</summary>
public sealed record FoundVersion(CompiledVersion? Version, string? Error, string? TrackingJson)
{
    /// <summary>What the version says about tracking; null: nothing.</summary>
    public TrackingChanges? Tracking => TrackingChanges.ReadVersion(TrackingJson);
}
