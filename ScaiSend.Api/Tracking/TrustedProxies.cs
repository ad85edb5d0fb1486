using System.Net;

namespace ScaiSend.Api.Tracking;

/// <summary>Whose <c>X-Forwarded-For</c> is believed: addresses and networks, separated by commas. Nobody's when empty.</summary>
public sealed class TrustedProxies
{
    private const char Separator = ',';

    // A visitor may write as many as he likes; ours are the last ones.
    private const int MaxHops = 10;

    private readonly IReadOnlyList<IPNetwork> _networks;

    /// <param name="list">Without <see cref="Errors"/>.</param>
    public TrustedProxies(string list) => _networks = [.. Parts(list).Select(Network).OfType<IPNetwork>()];

    /// <summary>The parts of a list that are neither address nor network.</summary>
    public static IEnumerable<string> Errors(string list) => Parts(list).Where(part => Network(part) is null);

    /// <summary>Who came: the last address in the chain that is no proxy of ours. What an untrusted one says of others is not read.</summary>
    public IPAddress? Visitor(IPAddress? connection, string? forwardedFor)
    {
        var visitor = connection is null ? null : Plain(connection);
        if (forwardedFor is null)
            return visitor;
        var hops = forwardedFor.Split(Separator);
        for (var i = hops.Length - 1; i >= Math.Max(0, hops.Length - MaxHops) && visitor is not null && IsTrusted(visitor); i--)
        {
            if (Address(hops[i].Trim()) is not { } before)
                break;
            visitor = before;
        }
        return visitor;
    }

    private bool IsTrusted(IPAddress address) => _networks.Any(network => network.Contains(address));

    private static IEnumerable<string> Parts(string list) =>
        list.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IPNetwork? Network(string part)
    {
        if (IPNetwork.TryParse(part, out var network))
            return network;
        return IPAddress.TryParse(part, out var address)
            ? new IPNetwork(Plain(address), Plain(address).GetAddressBytes().Length * 8)
            : null;
    }

    // Some proxies add the port: 192.0.2.1:4711 or [2001:db8::1]:4711.
    private static IPAddress? Address(string hop)
    {
        if (IPAddress.TryParse(hop, out var address))
            return Plain(address);
        return IPEndPoint.TryParse(hop, out var end) ? Plain(end.Address) : null;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
