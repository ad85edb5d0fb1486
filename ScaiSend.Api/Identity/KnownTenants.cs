using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Identity;

/// <summary>A tenant that a token may speak for.</summary>
public sealed record KnownTenant(Guid Id, bool IsSuspended);

/// <summary>Finds the tenant of a token by its id here or at ScaiKey. Answers are kept for a second, as those about keys are.</summary>
public sealed class KnownTenants(MailDatabase database, TimeProvider time)
{
    private readonly KeptAnswers<string, KnownTenant?> _kept = new(Authentication.ApiKeys.KeepFor, time);

    /// <summary>Null when there is no such tenant.</summary>
    public Task<KnownTenant?> FindAsync(string name, CancellationToken cancellationToken) =>
        _kept.FindAsync(name, LookUpAsync, cancellationToken);

    private async Task<KnownTenant?> LookUpAsync(string name)
    {
        await using var db = database.ForPlatform();
        Ids.TryRead(Ids.Tenant, name, out var id);
        return await db
            .Tenants.IgnoreQueryFilters()
            .Where(tenant => tenant.Id == id || tenant.ExternalId == name)
            .Select(tenant => new KnownTenant(tenant.Id, tenant.SuspendedAt != null))
            .FirstOrDefaultAsync();
    }
}
