using System.Net;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Domains;

namespace ScaiSend.Cli.Doctor;

/// <summary>Looks at what receivers see of this installation: the names of its addresses, its return path, port 25 in both directions, blocklists.</summary>
internal sealed class ServerDoctor(
    DoctorDns dns,
    ReturnPathDomain returnPath,
    IOptions<DeliveryOptions> delivery,
    IOptions<DomainOptions> domains
)
{
    // RFC 5321 §2.3.5: the port of mail servers.
    private const int SmtpPort = 25;

    /// <param name="probe">A domain whose mail server is connected to.</param>
    public async Task<IReadOnlyList<Finding>> LookAsync(string probe, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var sources = await SourcesAsync(findings, cancellationToken);
        foreach (var (address, ehlo) in sources)
        {
            findings.Add(await NameAsync(address, ehlo, cancellationToken));
            foreach (var list in Lists(domains.Value.AddressBlocklists))
                findings.Add(await ListedAsync($"{address}", DoctorDns.Reversed(address), list, cancellationToken));
        }
        foreach (var list in Lists(domains.Value.DomainBlocklists))
            findings.Add(await ListedAsync(probe, probe, list, cancellationToken));
        findings.Add(await ReturnPathAsync(cancellationToken));
        findings.Add(await OutAsync(probe, cancellationToken));
        findings.Add(await InAsync(cancellationToken));
        return findings;
    }

    // Those that are set; else what the name that we say in EHLO stands for.
    private async Task<List<(IPAddress Address, string Ehlo)>> SourcesAsync(List<Finding> findings, CancellationToken cancellationToken)
    {
        var options = delivery.Value;
        var name = options.OwnName();
        if (options.Sources.Count > 0)
            return
            [
                .. options.Sources.Values.Select(s => (IPAddress.Parse(s.Address), string.IsNullOrEmpty(s.EhloName) ? name : s.EhloName)),
            ];
        var found = await dns.AddressesAsync(name, cancellationToken);
        findings.Add(
            found.Status switch
            {
                DnsStatus.Found => new Finding($"EHLO name {name}", Health.Good, Found: string.Join(" | ", found.Records)),
                DnsStatus.Unavailable => new Finding($"EHLO name {name}", Health.Unknown, Hint: "DNS did not answer."),
                _ => new Finding(
                    $"EHLO name {name}",
                    Health.Bad,
                    Hint: "It has no address. Set Delivery:EhloName to the public name of this machine (RFC 5321 §4.1.1.1), or Delivery:Sources."
                ),
            }
        );
        return [.. found.Records.Select(address => (address, name))];
    }

    // RFC 1912 §2.1: an address has a name, and the name that address. Large receivers refuse others.
    private async Task<Finding> NameAsync(IPAddress address, string ehlo, CancellationToken cancellationToken)
    {
        var what = $"PTR {address}";
        var names = await dns.NamesAsync(address, cancellationToken);
        if (names.Status == DnsStatus.Unavailable)
            return new Finding(what, Health.Unknown, ehlo, Hint: "DNS did not answer.");
        if (names.Records.Count == 0)
            return new Finding(
                what,
                Health.Bad,
                ehlo,
                Hint: "The address has no name. Whoever rents you the address can set its reverse DNS; large receivers refuse mail without it."
            );
        var shown = string.Join(" | ", names.Records);
        foreach (var name in names.Records)
            if ((await dns.AddressesAsync(name, cancellationToken)).Records.Contains(address))
                return name.Equals(ehlo, StringComparison.OrdinalIgnoreCase)
                    ? new Finding(what, Health.Good, ehlo, shown)
                    : new Finding(
                        what,
                        Health.Doubtful,
                        ehlo,
                        shown,
                        "We introduce ourselves by another name. Set Delivery:EhloName to this one."
                    );
        return new Finding(what, Health.Bad, ehlo, shown, "The name does not lead back to the address. Give it an A or AAAA record.");
    }

    private async Task<Finding> ListedAsync(string shown, string question, string list, CancellationToken cancellationToken)
    {
        var what = $"blocklist {list}: {shown}";
        var answer = await dns.ListedAsync(question, list, cancellationToken);
        if (answer.Status == DnsStatus.Unavailable)
            return new Finding(what, Health.Unknown, Hint: "The list did not answer.");
        // Lists answer 127.255.255.x to those whom they do not serve, such as public resolvers.
        if (answer.Records.Any(a => a.ToString().StartsWith("127.255.255.", StringComparison.Ordinal)))
            return new Finding(
                what,
                Health.Unknown,
                Hint: "The list does not answer this resolver. Ask it by a resolver of your own (Delivery:Dns)."
            );
        return answer.Records.Count == 0
            ? new Finding(what, Health.Good, "not listed", "not listed")
            : new Finding(
                what,
                Health.Bad,
                "not listed",
                string.Join(" | ", answer.Records),
                $"Look at the web page of {list} for why, and how to get off."
            );
    }

    private async Task<Finding> ReturnPathAsync(CancellationToken cancellationToken)
    {
        var what = $"return path {returnPath.Name}";
        var expected = $"MX {domains.Value.InboundHost}";
        var servers = await dns.MailServersAsync(returnPath.Name, cancellationToken);
        if (servers.Status == DnsStatus.Unavailable)
            return new Finding(what, Health.Unknown, expected, Hint: "DNS did not answer.");
        if (servers.Records.Count == 0)
            return new Finding(
                what,
                Health.Bad,
                expected,
                Hint: "Nobody can report a bounce. Publish an MX record to the host of `scaisend smtp`, or set Rendering:ReturnPathDomain."
            );
        var shown = string.Join(" | ", servers.Records.Select(mx => $"{mx.Preference} {mx.Host}"));
        return servers.Records.Any(mx => mx.Host.Equals(domains.Value.InboundHost, StringComparison.OrdinalIgnoreCase))
            ? new Finding(what, Health.Good, expected, shown)
            : new Finding(
                what,
                Health.Doubtful,
                expected,
                shown,
                "It leads to another host than ours; right only when that is `scaisend smtp`, too (then set Domains:InboundHost)."
            );
    }

    // Clouds close port 25 for new customers; a connection that hangs is how that looks.
    private async Task<Finding> OutAsync(string probe, CancellationToken cancellationToken)
    {
        var host = (await dns.MailServersAsync(probe, cancellationToken)).Records is [var preferred, ..] ? preferred.Host : probe;
        var port = delivery.Value.MxPort;
        var what = $"port {port} outbound to {host}";
        var addresses = await dns.AddressesAsync(host, cancellationToken);
        if (addresses.Records.Count == 0)
            return new Finding(what, Health.Unknown, "a greeting", Hint: "The host has no address; choose another domain with --probe.");
        var source = delivery.Value.Sources.Values.Select(s => IPAddress.Parse(s.Address)).FirstOrDefault();
        var address = addresses
            .Records.Where(a => source is null || a.AddressFamily == source.AddressFamily)
            .Append(addresses.Records[0])
            .First();
        var (line, trouble) = await Greeting.ReadAsync(
            address,
            port,
            source?.AddressFamily == address.AddressFamily ? source : null,
            cancellationToken
        );
        return line is not null
            ? new Finding(what, Health.Good, "a greeting", line)
            : new Finding(
                what,
                Health.Bad,
                "a greeting",
                trouble,
                "If this is so for every host (--probe), your provider closes the port; ask it to open it."
            );
    }

    private async Task<Finding> InAsync(CancellationToken cancellationToken)
    {
        var host = domains.Value.InboundHost!;
        var what = $"port {SmtpPort} inbound at {host}";
        var addresses = await dns.AddressesAsync(host, cancellationToken);
        if (addresses.Records.Count == 0)
            return addresses.Status == DnsStatus.Unavailable
                ? new Finding(what, Health.Unknown, "a greeting", Hint: "DNS did not answer.")
                : new Finding(
                    what,
                    Health.Bad,
                    "a greeting",
                    Hint: "The host has no address, so no bounce can come back. Set Domains:InboundHost."
                );
        var (line, trouble) = await Greeting.ReadAsync(addresses.Records[0], SmtpPort, null, cancellationToken);
        return line is not null
            ? new Finding(what, Health.Good, "a greeting", line)
            : new Finding(
                what,
                Health.Bad,
                "a greeting",
                trouble,
                "Is `scaisend smtp` running there, and the port open? Some networks do not let a machine reach its own public address: look from outside, too."
            );
    }

    private static string[] Lists(string setting) =>
        setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
