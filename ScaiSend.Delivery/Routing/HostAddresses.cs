using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Dns;
using ZiggyCreatures.Caching.Fusion;

namespace ScaiSend.Delivery.Routing;

/// <summary>Finds the addresses of a mail host.</summary>
public sealed class HostAddresses(CachedDns dns, IFusionCache cache, IOptions<DeliveryOptions> options)
{
    // The system's resolver names no TTL.
    private static readonly TimeSpan SystemAnswersLast = TimeSpan.FromSeconds(30);

    private readonly OwnHosts _own = new(options.Value.OwnHosts);

    /// <summary>The addresses of the host, without those where no recipient's mail may go.</summary>
    public async ValueTask<DnsAnswer<string>> FindAsync(MxHost host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Name, out var literal))
            return new DnsAnswer<string>(DnsStatus.Found, [literal.ToString()]);
        if (host.IsOurChoice)
            return await AskSystemAsync(host.Name, cancellationToken);
        var answer = await dns.AddressesAsync(host.Name, cancellationToken);
        return answer.Records.Any(IsBarred) ? answer with { Records = [.. answer.Records.Where(a => !IsBarred(a))] } : answer;
    }

    // An MX that points at nothing (0.0.0.0) would reach this very machine.
    private bool IsBarred(string address) =>
        IPAddress.Parse(address) is var ip && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) || _own.HasAddress(ip));

    // The operator's own machine may have its name in the hosts file only.
    private async Task<DnsAnswer<string>> AskSystemAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.GetOrSetAsync<DnsAnswer<string>>(
                $"system-host:{name}",
                async (entry, stop) =>
                {
                    entry.Options.SetDuration(SystemAnswersLast).SetSkipDistributedCache(true, true);
                    var addresses = await Dns.GetHostAddressesAsync(name, stop);
                    return new DnsAnswer<string>(DnsStatus.Found, [.. addresses.Select(a => a.ToString())]);
                },
                token: cancellationToken
            );
        }
        catch (SocketException)
        {
            // Never an end for mail: a host that the operator named and that cannot be found is the operator's mistake, not the recipient's.
            return new DnsAnswer<string>(DnsStatus.Unavailable, []);
        }
    }
}
