using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ScaiSend.Platform.Webhooks;

/// <summary>Finds the addresses of a host. A seam for tests; the product asks the system.</summary>
public delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Connects only to addresses that webhooks may call.
/// GUARANTEE: the address that was checked is the address that is connected to, on every connection; the host is not looked up again in between.
/// </summary>
internal sealed class GuardedConnections(WebhookOptions options, HostLookup lookup)
{
    private const int LargestHeaderKb = 16;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly X509Certificate2Collection _trusted = Trusted(options.TrustedCertificates);

    public SocketsHttpHandler Handler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // Traces are ours; receivers are not.
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.Timeout,
            MaxResponseHeadersLength = LargestHeaderKb,
            // What we do not want to read of an answer is not read to the end: the connection is closed.
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = Idle,
            PooledConnectionLifetime = Lifetime,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsGood(certificate, chain, errors),
            },
        };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var found = IPAddress.TryParse(host, out var address) ? [address] : await lookup(host, cancellationToken);
        // One bad address spoils the others: which one is taken must not depend on chance.
        if (found.Select(a => CallableAddress.Refusal(a, options.AllowPrivateNetworks)).FirstOrDefault(r => r is not null) is { } refusal)
            throw new RefusedAddressException(refusal);
        if (found.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        return await ConnectAsync(found, context.DnsEndPoint.Port, cancellationToken);
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // What is wrong is thrown, because the handler keeps no other trace of it.
    private bool IsGood(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf)
            throw new BadCertificateException("The receiver has no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new BadCertificateException("The receiver's certificate is for another host");
        var status = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? StatusOf(leaf, chain) : X509ChainStatusFlags.NoError;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            throw new BadCertificateException("The receiver's certificate has expired or is not valid yet");
        return status == X509ChainStatusFlags.NoError
            ? true
            : throw new BadCertificateException("The receiver's certificate is not trusted");
    }

    private X509ChainStatusFlags StatusOf(X509Certificate2 leaf, X509Chain? presented)
    {
        if (_trusted.Count == 0)
            return All(presented);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var element in presented?.ChainElements.ToArray() ?? [])
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        chain.Build(leaf);
        return All(chain);
    }

    private static X509ChainStatusFlags All(X509Chain? chain) =>
        chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.PartialChain;

    private static X509Certificate2Collection Trusted(string file)
    {
        X509Certificate2Collection trusted = [];
        if (file.Length > 0)
            trusted.ImportFromPemFile(file);
        return trusted;
    }
}

/// <summary>The host has an address that webhooks may not call.</summary>
/// <param name="refusal">Which kind; the address itself is nobody's business, because it may be one of ours.</param>
internal sealed class RefusedAddressException(string refusal)
    : Exception($"The host has {refusal}, and webhooks may not call such an address");

/// <summary>The receiver's certificate is no good; the text says why.</summary>
internal sealed class BadCertificateException(string message) : AuthenticationException(message);
