using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Keys;
using ScaiSend.Api.RateLimits;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Authentication;

/// <summary>Finds the caller of an API key by its SHA-256. Answers are kept for a second, so a revoked key dies on every node within that time.</summary>
public sealed class ApiKeys(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    private readonly KeptAnswers<string, Caller?> _kept = new(KeepFor, time);

    /// <summary>The caller, or null when there is no such valid key.</summary>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        // Nothing else is a key of ours: "sg_live_" or "sg_test_" and 32 hexadecimal digits.
        if (
            secret.Length != 40
            || !(secret.StartsWith("sg_live_", StringComparison.Ordinal) || secret.StartsWith("sg_test_", StringComparison.Ordinal))
        )
            return null;
        var hash = Convert.ToHexString(new KeySecret(secret).Hash);
        var caller = await _kept.FindAsync(hash, LookUpAsync, cancellationToken);
        return caller is { ExpiresAt: { } expiresAt } && expiresAt <= time.GetUtcNow() ? null : caller;
    }

    /// <summary>Ends this process's belief about a key that was changed.</summary>
    public void Forget(byte[] hash) => _kept.Forget(Convert.ToHexString(hash));

    private async Task<Caller?> LookUpAsync(string hexHash)
    {
        var hash = Convert.FromHexString(hexHash);
        await using var db = database.ForPlatform();
        var row = await db
            .ApiKeys.IgnoreQueryFilters()
            .Where(key => key.Hash == hash && key.RevokedAt == null)
            .Join(
                db.Tenants.IgnoreQueryFilters(),
                key => key.TenantId,
                tenant => tenant.Id,
                (key, tenant) =>
                    new
                    {
                        key,
                        tenant.SuspendedAt,
                        Settings = db.TenantSettings.IgnoreQueryFilters().FirstOrDefault(s => s.TenantId == tenant.Id),
                    }
            )
            .FirstOrDefaultAsync();
        return row is null
            ? null
            : new Caller(
                row.key.TenantId,
                row.key.Id,
                row.key.IsTest,
                Scopes.Read(row.key.Scopes).ToHashSet(),
                row.SuspendedAt is not null,
                row.key.ExpiresAt
            )
            {
                Limits = TenantRateLimits.Stored(
                    row.Settings?.MailSendPerSecond,
                    row.Settings?.MessagesPerSecond,
                    row.Settings?.OthersPerSecond
                ),
            };
    }
}
