using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.RateLimits;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Identity;

/// <summary>A tenant that a token may speak for.</summary>
public sealed record KnownTenant(Guid Id, bool IsSuspended)
{
    /// <summary>What was set for it by API; null when nothing was.</summary>
    public TenantRateLimits? Limits { get; init; }
}

/// <summary>Finds the tenant, the partner and the user of a token by their ids here or at ScaiKey. Answers are kept for a second, as those about keys are.</summary>
public sealed class KnownTenants(MailDatabase database, TimeProvider time)
{
    private readonly KeptAnswers<string, KnownTenant?> _kept = new(Authentication.ApiKeys.KeepFor, time);
    private readonly KeptAnswers<string, Guid?> _partners = new(Authentication.ApiKeys.KeepFor, time);

    private readonly KeptAnswers<string, bool> _deactivated = new(Authentication.ApiKeys.KeepFor, time);

    /// <summary>Null when there is no such tenant.</summary>
    public Task<KnownTenant?> FindAsync(string name, CancellationToken cancellationToken) =>
        _kept.FindAsync(name, LookUpAsync, cancellationToken);

    /// <summary>The partner of this id here or at ScaiKey; null when there is none.</summary>
    public Task<Guid?> FindPartnerAsync(string name, CancellationToken cancellationToken) =>
        _partners.FindAsync(name, LookUpPartnerAsync, cancellationToken);

    /// <summary>Whether the subject of a token is a user who was deactivated; whoever is no user was not.</summary>
    public Task<bool> HasDeactivatedAsync(string subject, CancellationToken cancellationToken) =>
        _deactivated.FindAsync(subject, LookUpUserAsync, cancellationToken);

    private async Task<bool> LookUpUserAsync(string subject)
    {
        await using var db = database.ForPlatform();
        Ids.TryRead(Ids.User, subject, out var id);
        return await db.Users.AnyAsync(user => !user.IsActive && (user.Id == id || user.ExternalId == subject));
    }

    private async Task<Guid?> LookUpPartnerAsync(string name)
    {
        await using var db = database.ForPlatform();
        Ids.TryRead(Ids.Partner, name, out var id);
        return await db
            .Partners.Where(partner => partner.DeletedAt == null && (partner.Id == id || partner.ExternalId == name))
            .Select(partner => (Guid?)partner.Id)
            .FirstOrDefaultAsync();
    }

    private async Task<KnownTenant?> LookUpAsync(string name)
    {
        await using var db = database.ForPlatform();
        Ids.TryRead(Ids.Tenant, name, out var id);
        var found = await db
            .Tenants.IgnoreQueryFilters()
            .Where(tenant => tenant.Id == id || tenant.ExternalId == name)
            .Select(tenant => new
            {
                tenant.Id,
                tenant.SuspendedAt,
                Settings = db.TenantSettings.IgnoreQueryFilters().FirstOrDefault(s => s.TenantId == tenant.Id),
            })
            .FirstOrDefaultAsync();
        return found is null
            ? null
            : new KnownTenant(found.Id, found.SuspendedAt is not null)
            {
                Limits = TenantRateLimits.Stored(
                    found.Settings?.MailSendPerSecond,
                    found.Settings?.MessagesPerSecond,
                    found.Settings?.OthersPerSecond
                ),
            };
    }
}
