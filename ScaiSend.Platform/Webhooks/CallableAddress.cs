using System.Net;
using System.Net.Sockets;

namespace ScaiSend.Platform.Webhooks;

/// <summary>
/// Whether a webhook may call an address. A tenant chooses the host, and whoever runs its DNS the addresses: without this rule it could make us speak to what only our
/// network reaches. The ranges are those of IANA's special-purpose address registries.
/// </summary>
public static class CallableAddress
{
    // What a cloud tells its machines, credentials included; no setting opens these.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("169.254.169.254"),
        IPAddress.Parse("169.254.170.2"),
        IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("168.63.129.16"),
        IPAddress.Parse("192.0.0.192"),
        IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("fd00:ec2::23"),
        IPAddress.Parse("fd20:ce::254"),
    ];

    private static readonly (IPNetwork Network, string Kind, bool MayBeAllowed)[] Special =
    [
        .. Networks("an unspecified", false, "0.0.0.0/8", "::/128"),
        .. Networks("a loopback", true, "127.0.0.0/8", "::1/128"),
        .. Networks("a private", true, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10", "64:ff9b:1::/48"),
        .. Networks("a private", true, "100.64.0.0/10"),
        .. Networks("a link-local", true, "169.254.0.0/16", "fe80::/10"),
        .. Networks("a documentation or benchmark", true, "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"),
        .. Networks("a documentation or benchmark", true, "2001:db8::/32", "3fff::/20"),
        .. Networks("a multicast", false, "224.0.0.0/4", "ff00::/8"),
        .. Networks("a reserved", false, "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23"),
    ];

    // Everything that is given to hosts of the internet.
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    /// <summary>Why it may not be called, such as <c>a loopback address</c>; null when it may.</summary>
    /// <param name="allowPrivate">Lets it be private, loopback and the like, yet never multicast, reserved or a metadata service.</param>
    public static string? Refusal(IPAddress address, bool allowPrivate)
    {
        address = Embedded(WithoutScope(address));
        if (Metadata.Contains(address))
            return "the address of a metadata service";
        foreach (var (network, kind, mayBeAllowed) in Special)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return mayBeAllowed && allowPrivate ? null : $"{kind} address";
        }
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !Global.Contains(address) ? "a reserved address" : null;
    }

    // An address of IPv6 that leads to one of IPv4 is as good or bad as that.
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        var (high, middle) = (Convert.ToHexString(bytes, 0, 8), Convert.ToHexString(bytes, 8, 4));
        return (high, middle) switch
        {
            // Mapped, translated (::ffff:0:a.b.c.d), and compatible, of which :: and ::1 are none.
            ("0000000000000000", "0000FFFF" or "FFFF0000") => new IPAddress(bytes.AsSpan(12)),
            ("0000000000000000", "00000000") when bytes[12] != 0 => new IPAddress(bytes.AsSpan(12)),
            // NAT64's well-known prefix.
            ("0064FF9B00000000", "00000000") => new IPAddress(bytes.AsSpan(12)),
            // ISATAP.
            (_, "00005EFE" or "02005EFE") => new IPAddress(bytes.AsSpan(12)),
            // 6to4.
            _ when high.StartsWith("2002", StringComparison.Ordinal) => new IPAddress(bytes.AsSpan(2, 4)),
            _ => address,
        };
    }

    private static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;

    private static IEnumerable<(IPNetwork Network, string Kind, bool MayBeAllowed)> Networks(
        string kind,
        bool mayBeAllowed,
        params string[] networks
    ) => networks.Select(network => (IPNetwork.Parse(network), kind, mayBeAllowed));
}
