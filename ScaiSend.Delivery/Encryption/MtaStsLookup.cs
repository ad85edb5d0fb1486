using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ZiggyCreatures.Caching.Fusion;

namespace ScaiSend.Delivery.Encryption;

/// <summary>What is known of a domain's MTA-STS policy; kept in the cache.</summary>
/// <param name="IsMissing">The domain says that it has a policy, and it could not be fetched.</param>
public sealed record MtaStsFinding(MtaStsPolicy? Policy, bool IsMissing)
{
    public static MtaStsFinding Nothing { get; } = new(null, false);
}

/// <summary>
/// Finds a domain's MTA-STS policy (RFC 8461 §3): asks DNS whether there is one, fetches it when it is new, and keeps it for its max_age,
/// whatever becomes of the record or the server meanwhile. Per mail it costs one look into the cache.
/// </summary>
public sealed class MtaStsLookup(CachedDns dns, MtaStsFetch fetch, IFusionCache cache, IOptions<DeliveryOptions> options)
{
    // RFC 8461 §3.3: a policy that could not be fetched is not asked for again within five minutes.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(5);

    public ValueTask<MtaStsFinding> FindAsync(string domain, CancellationToken cancellationToken) =>
        options.Value.MtaSts && string.IsNullOrEmpty(options.Value.Smarthost)
            ? cache.GetOrSetAsync<MtaStsFinding>(
                "mta-sts:" + domain,
                async (entry, stop) =>
                {
                    entry.Options.Duration = options.Value.MxCacheTtl < AskAgain ? options.Value.MxCacheTtl : AskAgain;
                    if (entry.Options.Duration <= TimeSpan.Zero)
                        entry.Options.SetSkipMemoryCache().SetSkipDistributedCache(true, true);
                    return await AskAsync(domain, stop);
                },
                token: cancellationToken
            )
            : ValueTask.FromResult(MtaStsFinding.Nothing);

    private async Task<MtaStsFinding> AskAsync(string domain, CancellationToken cancellationToken)
    {
        var id = MtaStsPolicy.IdIn((await dns.TextsAsync("_mta-sts." + domain, cancellationToken)).Records);
        var kept = await cache.GetOrDefaultAsync<Kept>("mta-sts-kept:" + domain, token: cancellationToken);
        // RFC 8461 §5.1: a record that is gone, or DNS trouble, does not end a policy.
        if (id is null || id == kept?.Id)
            return kept is null ? MtaStsFinding.Nothing : new MtaStsFinding(kept.Policy, false);
        if (await fetch.FetchAsync(domain, cancellationToken) is not { } fetched)
            return new MtaStsFinding(kept?.Policy, kept is null);
        if (fetched.MaxAge > TimeSpan.Zero)
            await cache.SetAsync(
                "mta-sts-kept:" + domain,
                new Kept(id, fetched),
                entry => entry.SetDuration(fetched.MaxAge),
                token: cancellationToken
            );
        return new MtaStsFinding(fetched, false);
    }

    private sealed record Kept(string Id, MtaStsPolicy Policy);
}
