using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;
using SmtpServer;
using SmtpServer.Net;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Listens for reports about our mail, by the SmtpServer package. It stores them; <see cref="ApplyReports"/> reads them.</summary>
public sealed class InboundServer(
    IOptions<InboundOptions> inbound,
    IOptions<DeliveryOptions> delivery,
    InboundParts parts,
    ILogger<InboundServer> log
) : IHostedLifecycleService, IDisposable
{
    /// <summary>How long sessions may go on when the process stops.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private const int Backlog = 128;

    private readonly CancellationTokenSource _stop = new();
    private SmtpServer.SmtpServer? _server;
    private Task _running = Task.CompletedTask;

    // Before anything else begins: a process that cannot listen where it should does nothing at all.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var options = inbound.Value;
        var certificate = string.IsNullOrEmpty(options.Certificate)
            ? null
            : new InboundCertificate(options.Certificate, string.IsNullOrEmpty(options.CertificateKey) ? null : options.CertificateKey);
        if (Listen(options) is not { } socket)
            return Task.CompletedTask;
        try
        {
            certificate?.Current();
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        var open = new OpenConnections(options.Connections, options.ConnectionsPerAddress);
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IEndpointListenerFactory)new InboundListener(socket, open, options, certificate, log));
        services.Add(new InboundCommands(certificate is not null, options.MaxSize));
        services.Add(parts.Recipients);
        services.Add(parts.Store);
        _server = new SmtpServer.SmtpServer(ServerOptions(options, certificate, (IPEndPoint)socket.LocalEndPoint!), services);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = _server?.StartAsync(_stop.Token) ?? Task.CompletedTask;
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _server?.Shutdown();
        _stop.CancelAfter(DrainLimit);
        await _running.WaitAsync(DrainLimit * 2, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
    }

    public void Dispose() => _stop.Dispose();

    // The port by default is taken if it can be had: several processes on one machine need no setting. A port that was asked for must be had.
    private Socket? Listen(InboundOptions options)
    {
        if (options.Listen is not null)
            return options.Listen.Length == 0 ? null : Bind(InboundOptions.EndpointOf(options.Listen)!, options.Listen);
        if (!parts.IsOnByDefault)
            return null;
        try
        {
            return Bind(InboundOptions.Default, InboundOptions.Default.ToString());
        }
        catch (InboundException e)
        {
            log.LogWarning(
                "{Reason}. This process takes no reports; set Inbound:Listen to say where, or to nothing for nowhere",
                e.Message
            );
            return null;
        }
    }

    private static Socket Bind(IPEndPoint endpoint, string named)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new InboundException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"Inbound:Listen is '{named}'; something else listens there"
                    : $"Inbound:Listen is '{named}'; it cannot be listened on: {e.Message}"
            );
        }
    }

    private ISmtpServerOptions ServerOptions(InboundOptions options, InboundCertificate? certificate, IPEndPoint endpoint)
    {
        var name = delivery.Value.OwnName();
        return new SmtpServerOptionsBuilder()
            .ServerName(name)
            .CustomSmtpGreeting(_ => $"220 {name} ESMTP")
            // Said in EHLO and looked at in MAIL; the content's size is counted by LimitedReader.
            .MaxMessageSize(options.MaxSize)
            .MaxRetryCount(SessionLimits.MaxErrors + 1)
            .CommandWaitTimeout(TimeSpan.FromHours(2))
            .Endpoint(e =>
            {
                // LimitedReader keeps the limits and says so; these are the package's own, out of its way.
                e.Endpoint(endpoint).SessionTimeout(TimeSpan.FromHours(2)).SupportedSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13);
                if (certificate is not null)
                    e.Certificate(certificate);
            })
            .Build();
    }
}

/// <summary>What the server works with.</summary>
public sealed record InboundParts(InboundRecipients Recipients, KeepReports Store, bool IsOnByDefault);
