using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Identity;

/// <summary>The roles of a tenant.</summary>
public sealed class StoredRoles(MailDatabase database)
{
    /// <summary>Their names, in order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db.Roles.OrderBy(role => role.Name).Select(role => role.Name).ToListAsync(cancellationToken);
    }
}
