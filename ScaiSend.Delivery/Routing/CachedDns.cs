using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using ZiggyCreatures.Caching.Fusion;

namespace ScaiSend.Delivery.Routing;

/// <summary>
/// Asks DNS and remembers each answer for its TTL or <see cref="DeliveryOptions.MxCacheTtl"/>, whichever is shorter.
/// A missing answer is never remembered.
/// </summary>
public sealed class CachedDns(ILookupClient dns, IFusionCache cache, IOptions<DeliveryOptions> options)
{
    // RFC 2308 §5 allows hours; but whoever has just set up a domain wants mail now.
    private static readonly TimeSpan LongestNegative = TimeSpan.FromSeconds(60);

    /// <summary>The MX records of a domain.</summary>
    public Task<DnsAnswer<MxTarget>> MxAsync(string domain, CancellationToken cancellationToken) =>
        AskAsync<MxTarget>(
            "mx:",
            domain,
            async (name, stop) =>
                await QueryAsync(
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
            async (asked, stop) =>
                await QueryAsync(asked, QueryType.TXT, record => record is TxtRecord txt ? string.Concat(txt.Text) : null, stop),
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
        var v6 = QueryAsync(host, QueryType.AAAA, AddressOf, cancellationToken);
        var (answer4, ttl4) = await QueryAsync(host, QueryType.A, AddressOf, cancellationToken);
        var (answer6, ttl6) = await v6;
        DnsStatus[] both = [answer4.Status, answer6.Status];
        var status =
            both.Contains(DnsStatus.Found) ? DnsStatus.Found
            : both.Contains(DnsStatus.Unavailable) ? DnsStatus.Unavailable
            : answer4.Status;
        return (new DnsAnswer<string>(status, [.. answer4.Records, .. answer6.Records]), Shortest(ttl4, ttl6));
    }

    private async Task<(DnsAnswer<T>, TimeSpan)> QueryAsync<T>(
        string name,
        QueryType type,
        Func<DnsResourceRecord, T?> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            var response = await dns.QueryAsync(name, type, QueryClass.IN, cancellationToken);
            if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                return (new DnsAnswer<T>(DnsStatus.NoSuchName, []), LongestNegative);
            if (response.HasError)
                return (new DnsAnswer<T>(DnsStatus.Unavailable, []), TimeSpan.Zero);
            var records = response.Answers.Select(read).OfType<T>().ToList();
            return records.Count == 0
                ? (new DnsAnswer<T>(DnsStatus.NoData, []), LongestNegative)
                : (new DnsAnswer<T>(DnsStatus.Found, records), TimeSpan.FromSeconds(response.Answers.Min(r => r.InitialTimeToLive)));
        }
        catch (ArgumentException)
        {
            // The name is none that DNS could hold, such as one with a label of 64 letters.
            return (new DnsAnswer<T>(DnsStatus.NoSuchName, []), LongestNegative);
        }
        catch (DnsResponseException)
        {
            return (new DnsAnswer<T>(DnsStatus.Unavailable, []), TimeSpan.Zero);
        }
    }

    private static string? AddressOf(DnsResourceRecord record) => (record as AddressRecord)?.Address.ToString();

    private static TimeSpan Shortest(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Spell(string name) => name.TrimEnd('.').ToLowerInvariant();
}
