using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Delivery.Signing;

/// <summary>The DKIM keys of the tenants' domains, unsealed and kept for a while.</summary>
public sealed class SigningKeys(MailDatabase database, SecretBox secrets, DkimSigning signing, TimeProvider time)
{
    /// <summary>How long keys are kept: a rotation is seen within this time.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(1);

    private const int MaxKept = 10_000;
    private readonly ConcurrentDictionary<(Guid, string), (Task<IReadOnlyList<DkimKey>> Keys, DateTimeOffset Until)> _kept = new();

    /// <summary>The mail with a signature by each of its domain's keys; unchanged when there is none.</summary>
    public async Task<RenderedMail> SignAsync(Guid tenantId, RenderedMail mail, CancellationToken cancellationToken)
    {
        var keys = await FindAsync(tenantId, mail.SigningDomain).WaitAsync(cancellationToken);
        return keys.Count == 0 ? mail with { IsSigned = true } : signing.Sign(mail, keys);
    }

    private Task<IReadOnlyList<DkimKey>> FindAsync(Guid tenantId, string domain)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue((tenantId, domain), out var kept) && kept.Until > now && !kept.Keys.IsFaulted)
            return kept.Keys;
        if (_kept.Count > MaxKept)
            _kept.Clear();
        var keys = LoadAsync(tenantId, domain);
        _kept[(tenantId, domain)] = (keys, now + KeepFor);
        return keys;
    }

    private async Task<IReadOnlyList<DkimKey>> LoadAsync(Guid tenantId, string domain)
    {
        await using var db = database.For(tenantId);
        var rows = await db.DkimKeys.Where(key => key.Domain == domain).OrderBy(key => key.Selector).ToListAsync();
        return
        [
            .. rows.Select(row =>
                DkimKey.FromPkcs8(
                    row.Domain,
                    row.Selector,
                    row.Algorithm == "ed25519" ? DkimAlgorithm.Ed25519Sha256 : DkimAlgorithm.RsaSha256,
                    secrets.Open(row.SealedPrivateKey)
                )
            ),
        ];
    }
}
