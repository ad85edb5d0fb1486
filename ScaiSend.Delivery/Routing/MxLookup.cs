using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Routing;

/// <summary>Decides which hosts take the mail of a domain, and in which order they are tried (RFC 5321 §5.1).</summary>
public sealed class MxLookup(CachedDns dns, CurrentPolicy policy, IOptions<DeliveryOptions> options, Random random)
{
    // RFC 5321 §5.1 wants two addresses tried; a domain that lists hundreds wants something else.
    private const int MostHosts = 20;

    private readonly OwnHosts _own = new(options.Value.OwnHosts);

    public async Task<MxRoute> FindAsync(string domainALabel, CancellationToken cancellationToken)
    {
        if (HostPort.TryRead(options.Value.Smarthost, out var smarthost))
            return new MxRoute.ToHosts([new MxHost(smarthost.Host, smarthost.Port) { IsOurChoice = true }], "smarthost");
        var answer = await dns.MxAsync(domainALabel, cancellationToken);
        return answer.Status switch
        {
            DnsStatus.Found when IsNullMx(answer.Records) => new MxRoute.Refused("5.1.10", "The domain takes no mail (null MX)"),
            DnsStatus.Found => InOrder(answer.Records) is { Count: > 0 } hosts
                ? ToHosts(hosts)
                : new MxRoute.Refused("5.4.6", "The domain's mail hosts lead back to this service"),
            DnsStatus.NoData => await ImplicitMxAsync(domainALabel, cancellationToken),
            DnsStatus.NoSuchName => new MxRoute.Refused("5.1.2", "The domain does not exist"),
            DnsStatus.Unavailable => new MxRoute.Unknown("DNS gave no answer for the domain's MX records"),
            _ => throw new InvalidOperationException($"{answer.Status} is no answer of DNS"),
        };
    }

    private MxRoute.ToHosts ToHosts(IReadOnlyList<MxHost> hosts) =>
        new(hosts, policy.Value.ListedProviderOf(hosts.Select(host => host.Name))?.Name ?? ProviderNames.Of(hosts));

    // RFC 7505 §3
    private static bool IsNullMx(IReadOnlyList<MxTarget> records) => records is [{ Host: "" }];

    private List<MxHost> InOrder(IReadOnlyList<MxTarget> records)
    {
        var shuffled = records.Where(r => r.Host.Length > 0).ToArray();
        random.Shuffle(shuffled);
        // RFC 5321 §5.1: where we are one of the hosts, mail may only go to more preferred ones, or it would go in circles.
        var ours = shuffled.Where(r => _own.HasName(r.Host)).Select(r => r.Preference).DefaultIfEmpty(int.MaxValue).Min();
        return
        [
            .. shuffled
                .Where(r => r.Preference < ours)
                .OrderBy(r => r.Preference)
                .Take(MostHosts)
                .Select(r => new MxHost(r.Host, options.Value.MxPort)),
        ];
    }

    // RFC 5321 §5.1: without MX records the domain itself is the host, if it is one.
    private async Task<MxRoute> ImplicitMxAsync(string domain, CancellationToken cancellationToken)
    {
        var answer = await dns.AddressesAsync(domain, cancellationToken);
        return answer.Status switch
        {
            DnsStatus.Found when _own.HasName(domain) => new MxRoute.Refused("5.4.6", "The domain leads back to this service"),
            DnsStatus.Found => ToHosts([new MxHost(domain, options.Value.MxPort)]),
            DnsStatus.NoData or DnsStatus.NoSuchName => new MxRoute.Refused("5.1.2", "The domain has neither an MX record nor an address"),
            DnsStatus.Unavailable => new MxRoute.Unknown("DNS gave no answer for the domain's address"),
            _ => throw new InvalidOperationException($"{answer.Status} is no answer of DNS"),
        };
    }
}
