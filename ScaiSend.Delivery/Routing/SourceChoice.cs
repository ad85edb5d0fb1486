using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Routing;

/// <summary>
/// Chooses which of our addresses an email leaves from: one of its pool and of a family that its mail hosts have.
/// Emails spread evenly, and one email keeps its address over all attempts, which is what greylisting wants.
/// </summary>
public sealed class SourceChoice
{
    /// <summary>Where mail goes that asks for no pool, or for one that there is not.</summary>
    public const string DefaultPool = "default";

    private readonly Dictionary<string, IPAddress[]> _pools;
    private readonly HostAddresses _hosts;

    public SourceChoice(HostAddresses hosts, IOptions<DeliveryOptions> options)
    {
        _hosts = hosts;
        _pools = options
            .Value.Sources.OrderBy(source => source.Key, StringComparer.Ordinal)
            .SelectMany(source => source.Value.PoolNames.Select(pool => (pool, Address: IPAddress.Parse(source.Value.Address))))
            .GroupBy(member => member.pool, member => member.Address, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pool => pool.Key, pool => pool.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The address to leave from; null when the system may choose.</summary>
    public async ValueTask<string?> ChooseAsync(
        string? pool,
        Guid emailId,
        IReadOnlyList<MxHost> hosts,
        CancellationToken cancellationToken
    )
    {
        if (_pools.Count == 0)
            return null;
        var members = pool is not null && _pools.TryGetValue(pool, out var named) ? named : _pools.GetValueOrDefault(DefaultPool, []);
        if (members.Length == 0)
            return null;
        if (members.Any(a => a.AddressFamily != members[0].AddressFamily))
            members = await OfUsefulFamilyAsync(members, hosts, cancellationToken);
        return members[IndexOf(emailId, members.Length)].ToString();
    }

    /// <summary>Whether mail that asks for this pool is sent from it; asking for none is always fine.</summary>
    public bool Has(string? pool) => pool is null || _pools.ContainsKey(pool);

    // The family that most of the hosts have, so that the next host is no dead end; both when they have both.
    private async Task<IPAddress[]> OfUsefulFamilyAsync(
        IPAddress[] members,
        IReadOnlyList<MxHost> hosts,
        CancellationToken cancellationToken
    )
    {
        var (v4, v6) = (0, 0);
        foreach (var host in hosts)
        {
            var addresses = (await _hosts.FindAsync(host, cancellationToken)).Records;
            v6 += addresses.Any(IsV6) ? 1 : 0;
            v4 += addresses.Any(a => !IsV6(a)) ? 1 : 0;
        }
        if (v4 == v6)
            return members;
        var family = v4 > v6 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return [.. members.Where(m => m.AddressFamily == family)];
    }

    private static bool IsV6(string address) => address.Contains(':', StringComparison.Ordinal);

    // RFC 9562 §5.7: the last bits of an id are random.
    private static int IndexOf(Guid emailId, int count)
    {
        Span<byte> bytes = stackalloc byte[16];
        emailId.TryWriteBytes(bytes);
        return (int)(BitConverter.ToUInt32(bytes[12..]) % (uint)count);
    }
}
