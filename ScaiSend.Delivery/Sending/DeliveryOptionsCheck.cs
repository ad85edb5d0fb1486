using System.Net;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Sending;

/// <summary>Refuses settings that cannot work, and says which, what it is and what is allowed.</summary>
public sealed class DeliveryOptionsCheck : IValidateOptions<DeliveryOptions>
{
    // What ip_pool_name may have.
    private const int LongestPoolName = 64;

    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = FaultsOf(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FaultsOf(DeliveryOptions o) =>
        new[]
        {
            Number(nameof(o.PoolSizePerDomain), o.PoolSizePerDomain, 1, 1000),
            Number(nameof(o.Nodes), o.Nodes, 1, 1000),
            Number(nameof(o.SuspendAfterFailures), o.SuspendAfterFailures, 0, 1_000_000),
            Number(nameof(o.MxPort), o.MxPort, 1, 65535),
            Number(nameof(o.AddressesPerAttempt), o.AddressesPerAttempt, 1, 50),
            Number(nameof(o.MailsPerConnection), o.MailsPerConnection, 1, 100_000),
            Duration(nameof(o.MxCacheTtl), o.MxCacheTtl, TimeSpan.Zero, TimeSpan.FromDays(7)),
            Duration(nameof(o.SlotWait), o.SlotWait, TimeSpan.Zero, AnHour),
            Duration(nameof(o.IdleLimit), o.IdleLimit, TimeSpan.Zero, AnHour),
            Limit(nameof(o.AttemptLimit), o.AttemptLimit),
            Limit(nameof(o.DnsTimeout), o.DnsTimeout),
            Limit(nameof(o.ConnectTimeout), o.ConnectTimeout),
            Limit(nameof(o.GreetingTimeout), o.GreetingTimeout),
            Limit(nameof(o.TlsTimeout), o.TlsTimeout),
            Limit(nameof(o.CommandTimeout), o.CommandTimeout),
            Limit(nameof(o.DataTimeout), o.DataTimeout),
            Limit(nameof(o.ContentTimeout), o.ContentTimeout),
            Limit(nameof(o.AcceptanceTimeout), o.AcceptanceTimeout),
            Limit(nameof(o.QuitTimeout), o.QuitTimeout),
            IsHostPort(o.Smarthost) ? null : Fault(nameof(o.Smarthost), o.Smarthost, "host:port, such as mail.example.com:25"),
            IsAddressPort(o.Dns) ? null : Fault(nameof(o.Dns), o.Dns, "address:port, such as 127.0.0.1:53"),
            Number(nameof(o.MtaStsPort), o.MtaStsPort, 1, 65535),
            Limit(nameof(o.MtaStsTimeout), o.MtaStsTimeout),
            OwnHosts.IsReadable(o.OwnHosts)
                ? null
                : Fault(nameof(o.OwnHosts), o.OwnHosts, "host names, addresses and networks, such as mail.example.com,127.0.0.0/8"),
            IsEhloName(o.EhloName) ? null : Fault(nameof(o.EhloName), o.EhloName, "a host name or an IP address"),
        }
            .OfType<string>()
            .Concat(FaultsOf(o.Sources));

    private static IEnumerable<string> FaultsOf(Dictionary<string, SourceOptions> sources)
    {
        foreach (var (name, source) in sources)
        {
            if (!IPAddress.TryParse(source.Address, out _))
                yield return Fault(
                    $"{nameof(DeliveryOptions.Sources)}:{name}:{nameof(source.Address)}",
                    source.Address,
                    "an IPv4 or IPv6 address of this machine"
                );
            if (!IsEhloName(source.EhloName))
                yield return Fault(
                    $"{nameof(DeliveryOptions.Sources)}:{name}:{nameof(source.EhloName)}",
                    source.EhloName,
                    "a host name or an IP address"
                );
            if (source.PoolNames.Any(pool => pool.Length > LongestPoolName))
                yield return Fault(
                    $"{nameof(DeliveryOptions.Sources)}:{name}:{nameof(source.Pools)}",
                    source.Pools,
                    "comma-separated names of at most 64 characters"
                );
        }
        foreach (var twice in sources.Values.GroupBy(s => s.Address).Where(same => same.Count() > 1))
            yield return Fault("Sources", twice.Key, "each address once, with all of its pools");
        if (sources.Count > 0 && !sources.Values.Any(s => s.PoolNames.Contains(SourceChoice.DefaultPool, StringComparer.OrdinalIgnoreCase)))
            yield return Fault(
                "Sources",
                string.Join(", ", sources.Keys),
                "at least one without Pools or in the pool 'default', for mail that names no pool"
            );
    }

    private static string? Number(string setting, int value, int least, int most) =>
        value >= least && value <= most ? null : Fault(setting, value, $"{least} to {most}");

    private static string? Limit(string setting, TimeSpan value) => Duration(setting, value, TimeSpan.FromMilliseconds(1), AnHour);

    private static string? Duration(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most ? null : Fault(setting, value, $"{least:c} to {most:c}");

    private static bool IsHostPort(string? value) => string.IsNullOrEmpty(value) || HostPort.TryRead(value, out _);

    private static bool IsAddressPort(string? value) =>
        string.IsNullOrEmpty(value) || (HostPort.TryRead(value, out var endpoint) && IPAddress.TryParse(endpoint.Host, out _));

    private static bool IsEhloName(string? value) => string.IsNullOrEmpty(value) || Uri.CheckHostName(value) != UriHostNameType.Unknown;

    private static string Fault(string setting, object? value, string allowed) =>
        FormattableString.Invariant($"{DeliveryOptions.Section}:{setting} is '{value}'; allowed: {allowed}");
}
