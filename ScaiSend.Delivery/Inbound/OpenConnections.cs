using System.Net;
using System.Net.Sockets;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Counts the connections that are open, in all and per client, and refuses what exceeds the limits.</summary>
public sealed class OpenConnections(int most, int mostPerAddress)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<IPAddress, int> _perClient = [];
    private int _all;

    /// <summary>A place for one more connection, to be given back; null when there is none.</summary>
    public IDisposable? TryEnter(IPAddress address)
    {
        var client = ClientOf(address);
        lock (_counting)
        {
            var same = _perClient.GetValueOrDefault(client);
            if (_all >= most || same >= mostPerAddress)
                return null;
            _all++;
            _perClient[client] = same + 1;
            return new Place(this, client);
        }
    }

    private void Leave(IPAddress client)
    {
        lock (_counting)
        {
            _all--;
            if (_perClient[client] == 1)
                _perClient.Remove(client);
            else
                _perClient[client]--;
        }
    }

    // Who has one IPv6 address has 2^64 of them.
    private static IPAddress ClientOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Place(OpenConnections all, IPAddress client) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
                all.Leave(client);
        }
    }
}
