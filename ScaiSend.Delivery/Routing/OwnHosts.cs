using System.Net;

namespace ScaiSend.Delivery.Routing;

/// <summary>Names and addresses that no recipient domain's MX may lead to: our own, as in <c>mail.example.com, 127.0.0.0/8</c>.</summary>
public sealed class OwnHosts
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> _networks = [];

    public OwnHosts(string? list)
    {
        foreach (var entry in Entries(list))
            if (TryReadNetwork(entry, out var network))
                _networks.Add(network);
            else
                _names.Add(entry.TrimEnd('.'));
    }

    /// <summary>Whether it can be read.</summary>
    public static bool IsReadable(string? list) =>
        Entries(list).All(entry => TryReadNetwork(entry, out _) || Uri.CheckHostName(entry) == UriHostNameType.Dns);

    public bool HasName(string name) => _names.Contains(name) || (IPAddress.TryParse(name, out var address) && HasAddress(address));

    public bool HasAddress(IPAddress address) => _networks.Any(network => network.Contains(address));

    private static string[] Entries(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool TryReadNetwork(string entry, out IPNetwork network)
    {
        if (IPAddress.TryParse(entry, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }
        return IPNetwork.TryParse(entry, out network);
    }
}
