using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Routing;

/// <summary>Finds the addresses of a mail host.</summary>
public sealed class HostAddresses(CachedDns dns, IOptions<DeliveryOptions> options)
{
    public async Task<DnsAnswer<string>> FindAsync(MxHost host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Name, out var literal))
            return new DnsAnswer<string>(DnsStatus.Found, [literal.ToString()]);
        return string.IsNullOrEmpty(options.Value.Smarthost)
            ? await dns.AddressesAsync(host.Name, cancellationToken)
            : await AskSystemAsync(host.Name, cancellationToken);
    }

    // A smarthost is the operator's own machine, whose name may be in the hosts file only.
    private static async Task<DnsAnswer<string>> AskSystemAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancellationToken);
            return new DnsAnswer<string>(DnsStatus.Found, [.. addresses.Select(a => a.ToString())]);
        }
        catch (SocketException)
        {
            // Never an end for mail: a smarthost that cannot be found is the operator's mistake, not the recipient's.
            return new DnsAnswer<string>(DnsStatus.Unavailable, []);
        }
    }
}
