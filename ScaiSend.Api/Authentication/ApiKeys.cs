using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Authentication;

/// <summary>Finds the caller of an API key by its SHA-256. Answers are kept for a second, so a revoked key dies on every node within that time.</summary>
public sealed class ApiKeys(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    /// <summary>Most answers kept; past it the memory is emptied, which costs only lookups.</summary>
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<string, (Task<Caller?> Caller, DateTimeOffset Until)> _kept = new();

    /// <summary>The caller, or null when there is no such valid key.</summary>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        // Nothing else is a key of ours: "sg_live_" or "sg_test_" and 32 hexadecimal digits.
        if (
            secret.Length != 40
            || !(secret.StartsWith("sg_live_", StringComparison.Ordinal) || secret.StartsWith("sg_test_", StringComparison.Ordinal))
        )
            return null;
        var now = time.GetUtcNow();
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (!_kept.TryGetValue(hash, out var kept) || kept.Until <= now || kept.Caller.IsFaulted)
        {
            if (_kept.Count > MaxKept)
                _kept.Clear();
            // Shared by all who ask meanwhile, so it must not end with the first one's request.
            _kept[hash] = kept = (LookUpAsync(Convert.FromHexString(hash), CancellationToken.None), now + KeepFor);
        }
        var caller = await kept.Caller.WaitAsync(cancellationToken);
        return caller is { ExpiresAt: { } expiresAt } && expiresAt <= now ? null : caller;
    }

    private async Task<Caller?> LookUpAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var row = await db
            .ApiKeys.IgnoreQueryFilters()
            .Where(key => key.Hash == hash && key.RevokedAt == null)
            .Join(
                db.Tenants.IgnoreQueryFilters(),
                key => key.TenantId,
                tenant => tenant.Id,
                (key, tenant) => new { key, tenant.SuspendedAt }
            )
            .FirstOrDefaultAsync(cancellationToken);
        return row is null
            ? null
            : new Caller(
                row.key.TenantId,
                row.key.Id,
                row.key.IsTest,
                row.key.Scopes.Split(' ').ToHashSet(),
                row.SuspendedAt is not null,
                row.key.ExpiresAt
            );
    }
}
