using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Console.Operations;

/// <summary>What tenants are called where staff sees those of all.</summary>
public static class TenantSlugs
{
    public static async Task<IReadOnlyDictionary<Guid, string>> SlugsAsync(
        this MailDb db,
        IEnumerable<Guid> tenantIds,
        CancellationToken cancellationToken
    )
    {
        var ids = tenantIds.Distinct().ToList();
        // Above the tenants: staff sees whose mail it is.
        return await db
            .Tenants.IgnoreQueryFilters()
            .Where(t => ids.Contains(t.Id))
            .ToDictionaryAsync(t => t.Id, t => t.Slug, cancellationToken);
    }
}
