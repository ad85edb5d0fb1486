using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Encryption;

/// <summary>Fetches a domain's MTA-STS policy (RFC 8461 §3.3) over verified HTTPS, without redirects, within a size and a time.</summary>
public sealed class MtaStsFetch : IDisposable
{
    // RFC 8461 §3.3 suggests 64 kilobytes.
    private const int LargestPolicy = 65536;

    private readonly HttpClient _http;
    private readonly CachedDns _dns;
    private readonly DeliveryOptions _options;

    public MtaStsFetch(CachedDns dns, CertificateCheck certificates, IOptions<DeliveryOptions> options)
    {
        (_dns, _options) = (dns, options.Value);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    certificates.VerdictOn(certificate, chain, errors) == CertificateCheck.Valid,
            },
        };
        _http = new HttpClient(handler) { Timeout = _options.MtaStsTimeout, MaxResponseContentBufferSize = LargestPolicy };
    }

    /// <summary>Null when there is none to be had.</summary>
    public async Task<MtaStsPolicy?> FetchAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(
                new Uri($"https://mta-sts.{domain}:{_options.MtaStsPort}/.well-known/mta-sts.txt"),
                cancellationToken
            );
            return answer.StatusCode == HttpStatusCode.OK && answer.Content.Headers.ContentType?.MediaType == "text/plain"
                ? MtaStsPolicy.Read(await answer.Content.ReadAsStringAsync(cancellationToken))
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    // By our own resolver, so that its settings and its cache count here too.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var found = await _dns.AddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (found.Records.Count == 0)
            throw new HttpRequestException("The policy's host has no address");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. found.Records.Select(IPAddress.Parse)], context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
