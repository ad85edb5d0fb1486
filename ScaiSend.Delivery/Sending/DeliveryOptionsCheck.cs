using System.Net;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Sending;

/// <summary>Refuses settings that cannot work, and says which, what it is and what is allowed.</summary>
public sealed class DeliveryOptionsCheck : IValidateOptions<DeliveryOptions>
{
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
            IsEhloName(o.EhloName) ? null : Fault(nameof(o.EhloName), o.EhloName, "a host name or an IP address"),
        }.OfType<string>();

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
