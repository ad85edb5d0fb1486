using System.ComponentModel.DataAnnotations;
using System.Net;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Inbound;

/// <summary>The server that takes reports about our mail: section <c>Inbound</c> of the configuration.</summary>
public sealed class InboundOptions
{
    /// <summary>Where a role of the servers stack listens when nothing is said, if it can.</summary>
    public static readonly IPEndPoint Default = new(IPAddress.Any, 25);

    /// <summary>Address and port; empty: off. Null: <see cref="Default"/> on the servers stack, off on the embedded one.</summary>
    public string? Listen { get; set; }

    /// <summary>PEM file of the certificate and its chain; without it STARTTLS is not offered.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file of the private key; when empty it is in <see cref="Certificate"/>.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Octets of the largest mail that is taken.</summary>
    [Range(16 * 1024, 6 * 1024 * 1024, ErrorMessage = "allowed is 16384 to 6291456 octets")]
    public int MaxSize { get; set; } = 1024 * 1024;

    /// <summary>Most connections at a time.</summary>
    [Range(1, 10_000, ErrorMessage = "allowed is 1 to 10000")]
    public int Connections { get; set; } = 100;

    /// <summary>Most connections at a time from one IPv4 address, or from one IPv6 network of 64 bits.</summary>
    [Range(1, 10_000, ErrorMessage = "allowed is 1 to 10000")]
    public int ConnectionsPerAddress { get; set; } = 10;

    /// <summary>How long a connection may last.</summary>
    public TimeSpan SessionLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client may take for one command, for the TLS handshake, and between two blocks of a mail.</summary>
    public TimeSpan CommandLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Local part of the address that mailbox providers send complaints to.</summary>
    [RegularExpression(
        "^[A-Za-z0-9._-]{1,64}$",
        ErrorMessage = "allowed is a local part of letters, digits, dots, hyphens and underscores, such as fbl"
    )]
    public string FeedbackAddress { get; set; } = "fbl";

    /// <summary>How long settled reports are kept.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (!string.IsNullOrEmpty(Listen) && EndpointOf(Listen) is null)
            yield return $"Inbound:Listen is '{Listen}'; allowed is address:port, such as 0.0.0.0:25 or [::]:25, or nothing for off";
        foreach (var (name, limit) in new[] { (nameof(SessionLimit), SessionLimit), (nameof(CommandLimit), CommandLimit) })
            if (limit < TimeSpan.FromMilliseconds(100) || limit > TimeSpan.FromHours(1))
                yield return $"Inbound:{name} is '{limit}'; allowed is 00:00:00.100 to 01:00:00";
        if (KeepFor < TimeSpan.FromHours(1) || KeepFor > TimeSpan.FromDays(3650))
            yield return $"Inbound:KeepFor is '{KeepFor}'; allowed is 01:00:00 to 3650.00:00:00";
        if (string.IsNullOrEmpty(Certificate) && !string.IsNullOrEmpty(CertificateKey))
            yield return $"Inbound:CertificateKey is '{CertificateKey}'; it is of no use without Inbound:Certificate";
    }

    /// <summary>The endpoint that a text names; null when it names none.</summary>
    public static IPEndPoint? EndpointOf(string text) =>
        !HostPort.TryRead(text, out var named) ? null
        : named.Host == "localhost" ? new IPEndPoint(IPAddress.Loopback, named.Port)
        : IPAddress.TryParse(named.Host, out var address) ? new IPEndPoint(address, named.Port)
        : null;
}

/// <summary>The inbound server cannot be started; the text says why, in one line.</summary>
public sealed class InboundException(string message) : Exception(message);
