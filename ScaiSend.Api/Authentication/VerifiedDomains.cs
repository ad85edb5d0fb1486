using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Authentication;

/// <summary>Knows which domains a tenant may write in From. Answers are kept for a few seconds.</summary>
public sealed class VerifiedDomains(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(3);

    private const int MaxKept = 10_000;
    private static readonly IdnMapping Idn = new();
    private readonly ConcurrentDictionary<(Guid, string), (Task<bool> IsVerified, DateTimeOffset Until)> _kept = new();

    /// <summary>Whether the tenant has verified the domain of this address.</summary>
    public async Task<bool> AllowAsync(Guid tenantId, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = (tenantId, Idn.GetAscii(address[(address.LastIndexOf('@') + 1)..]).ToLowerInvariant());
        if (!_kept.TryGetValue(key, out var kept) || kept.Until <= now || kept.IsVerified.IsFaulted)
        {
            if (_kept.Count > MaxKept)
                _kept.Clear();
            _kept[key] = kept = (LookUpAsync(key.tenantId, key.Item2), now + KeepFor);
        }
        return await kept.IsVerified.WaitAsync(cancellationToken);
    }

    private async Task<bool> LookUpAsync(Guid tenantId, string domain)
    {
        await using var db = database.For(tenantId);
        return await db.SenderDomains.AnyAsync(d => d.Name == domain && d.IsActive && d.VerifiedAt != null);
    }
}
