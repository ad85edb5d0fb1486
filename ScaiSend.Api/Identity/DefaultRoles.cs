using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Identity;

/// <summary>The roles that every tenant begins with (contract §1.5, Decision 18). A tenant may change them.</summary>
public static class DefaultRoles
{
    public const string Admin = "admin";

    /// <summary>Their names and permissions.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All { get; } =
        new Dictionary<string, IReadOnlyList<string>>
        {
            [Admin] = Scopes.All,
            ["developer"] = [Scopes.MailSend, Scopes.MailSchedule, Scopes.TemplatesRead, Scopes.StatsRead, Scopes.WebhooksRead],
            ["viewer"] = [Scopes.TemplatesRead, Scopes.SuppressionsRead, Scopes.StatsRead, Scopes.WebhooksRead, Scopes.DomainsRead],
        };

    /// <summary>Adds those that the tenant has none of; the caller saves.</summary>
    public static async Task AddMissingAsync(MailDb db, Guid tenantId, TimeProvider time, CancellationToken cancellationToken)
    {
        var known = await db
            .Roles.IgnoreQueryFilters()
            .Where(role => role.TenantId == tenantId)
            .Select(role => role.Name)
            .ToListAsync(cancellationToken);
        foreach (var (name, permissions) in All.Where(role => !known.Contains(role.Key)))
            db.Roles.Add(
                new TenantRole
                {
                    Id = Ids.New(time),
                    TenantId = tenantId,
                    Name = name,
                    Permissions = Scopes.Write(permissions),
                    IsDefault = true,
                    CreatedAt = time.GetStoredNow(),
                }
            );
    }
}
