using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using ScaiSend.Platform.Dns;

namespace ScaiSend.Cli.Doctor;

/// <summary>The questions that the doctor asks DNS.</summary>
public sealed class DoctorDns(Resolver resolver)
{
    /// <summary>The addresses of a host, of both kinds; <see cref="DnsStatus.Unavailable"/> when one of the two got no answer and the other has none.</summary>
    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        var v4 = await AskAsync(host, QueryType.A, r => (r as ARecord)?.Address, cancellationToken);
        var v6 = await AskAsync(host, QueryType.AAAA, r => (r as AaaaRecord)?.Address, cancellationToken);
        var records = v4.Records.Concat(v6.Records).ToList();
        var status =
            records.Count > 0 ? DnsStatus.Found
            : v4.Status == DnsStatus.Unavailable || v6.Status == DnsStatus.Unavailable ? DnsStatus.Unavailable
            : v4.Status;
        return new DnsAnswer<IPAddress>(status, records);
    }

    /// <summary>The names of an address (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellationToken) =>
        AskAsync(
            $"{Reversed(address)}.{(address.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6")}.arpa",
            QueryType.PTR,
            r => (r as PtrRecord)?.PtrDomainName.Value.TrimEnd('.'),
            cancellationToken
        );

    /// <summary>The mail servers of a domain, the preferred one first.</summary>
    public async Task<DnsAnswer<MxTarget>> MailServersAsync(string domain, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            domain,
            QueryType.MX,
            r => r is MxRecord mx ? new MxTarget(mx.Preference, mx.Exchange.Value.TrimEnd('.')) : null,
            cancellationToken
        );
        return answer with { Records = [.. answer.Records.OrderBy(mx => mx.Preference)] };
    }

    /// <summary>Whether a list knows an address or a domain (RFC 5782 §2): its answers are 127.0.0.x.</summary>
    public Task<DnsAnswer<IPAddress>> ListedAsync(string question, string list, CancellationToken cancellationToken) =>
        AskAsync($"{question}.{list}", QueryType.A, r => (r as ARecord)?.Address, cancellationToken);

    public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellationToken) =>
        resolver.TextsAsync(name, cancellationToken);

    /// <summary>RFC 5782 §2.1 and §2.4: octets, or nibbles of IPv6, the last one first.</summary>
    public static string Reversed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', address.GetAddressBytes().Reverse())
            : string.Join('.', address.GetAddressBytes().Reverse().SelectMany(b => new[] { Nibble(b & 0xF), Nibble(b >> 4) }));

    private static string Nibble(int value) => value.ToString("x", CultureInfo.InvariantCulture);

    private async Task<DnsAnswer<T>> AskAsync<T>(
        string name,
        QueryType type,
        Func<DnsResourceRecord, T?> read,
        CancellationToken cancellationToken
    )
        where T : class => (await resolver.QueryAsync(name, type, read, cancellationToken)).Answer;
}
