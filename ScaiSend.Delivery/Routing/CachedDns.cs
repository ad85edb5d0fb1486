using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Dns;
using ZiggyCreatures.Caching.Fusion;

namespace ScaiSend.Delivery.Routing;

/// <summary>
/// Asks DNS and remembers each answer for its TTL or <see cref="DeliveryOptions.MxCacheTtl"/>, whichever is shorter.
/// A missing answer is never remembered.
/// </summary>
public sealed class CachedDns(Resolver resolver, IFusionCache cache, IOptions<DeliveryOptions> options)
{
    /// <summary>The MX records of a domain.</summary>
    public Task<DnsAnswer<MxTarget>> MxAsync(string domain, CancellationToken cancellationToken) =>
        AskAsync<MxTarget>(
            "mx:",
            domain,
            async (name, stop) =>
                await resolver.QueryAsync(
                    name,
                    QueryType.MX,
                    record => record is MxRecord mx ? new MxTarget(mx.Preference, Spell(mx.Exchange)) : null,
                    stop
                ),
            cancellationToken
        );

    /// <summary>The TXT records of a name, the strings of each put together.</summary>
    public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellationToken) =>
        AskAsync<string>(
            "txt:",
            name,
            async (asked, stop) => await resolver.QueryAsync(asked, QueryType.TXT, Resolver.Text, stop),
            cancellationToken
        );

    /// <summary>The addresses of a host as text, IPv4 first: a host without a working IPv6 route is still more common than one without IPv4.</summary>
    public Task<DnsAnswer<string>> AddressesAsync(string host, CancellationToken cancellationToken) =>
        AskAsync<string>("host:", host, QueryAddressesAsync, cancellationToken);

    private async Task<DnsAnswer<T>> AskAsync<T>(
        string kind,
        string name,
        Func<string, CancellationToken, Task<(DnsAnswer<T>, TimeSpan)>> ask,
        CancellationToken cancellationToken
    )
    {
        name = Spell(name);
        return await cache.GetOrSetAsync<DnsAnswer<T>>(
            kind + name,
            async (entry, stop) =>
            {
                var (answer, ttl) = await ask(name, stop);
                entry.Options.Duration = Shortest(ttl, options.Value.MxCacheTtl);
                if (answer.Status == DnsStatus.Unavailable || entry.Options.Duration <= TimeSpan.Zero)
                    entry.Options.SetSkipMemoryCache().SetSkipDistributedCache(true, true);
                return answer;
            },
            token: cancellationToken
        );
    }

    private async Task<(DnsAnswer<string>, TimeSpan)> QueryAddressesAsync(string host, CancellationToken cancellationToken)
    {
        var v6 = resolver.QueryAsync(host, QueryType.AAAA, AddressOf, cancellationToken);
        var (answer4, ttl4) = await resolver.QueryAsync(host, QueryType.A, AddressOf, cancellationToken);
        var (answer6, ttl6) = await v6;
        DnsStatus[] both = [answer4.Status, answer6.Status];
        var status =
            both.Contains(DnsStatus.Found) ? DnsStatus.Found
            : both.Contains(DnsStatus.Unavailable) ? DnsStatus.Unavailable
            : answer4.Status;
        return (new DnsAnswer<string>(status, [.. answer4.Records, .. answer6.Records]), Shortest(ttl4, ttl6));
    }

    private static string? AddressOf(DnsResourceRecord record) => (record as AddressRecord)?.Address.ToString();

    private static TimeSpan Shortest(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Spell(string name) => name.TrimEnd('.').ToLowerInvariant();
}
