using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SmtpServer;
using SmtpServer.IO;
using SmtpServer.Net;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// Accepts connections for the SmtpServer package, within limits that the package does not have: so many in all and per client.
/// What exceeds them hears 421 and is closed before a session begins.
/// </summary>
public sealed class InboundListener(
    Socket listening,
    OpenConnections open,
    InboundOptions options,
    InboundCertificate? certificate,
    ILogger log
) : IEndpointListenerFactory, IEndpointListener
{
    /// <summary>Key of the client's address in a session's properties.</summary>
    public const string RemoteAddress = "ScaiSend:RemoteAddress";

    /// <summary>Pause after trouble with the listening socket, such as too many open files.</summary>
    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromMilliseconds(100);

    // RFC 5321 §3.8: 421 also in place of the greeting.
    private static readonly byte[] TooMany = "421 4.7.0 Too many connections, try again later\r\n"u8.ToArray();

    public IEndpointListener CreateListener(IEndpointDefinition endpointDefinition) => this;

    public async Task<ISecurableDuplexPipe> GetPipeAsync(ISessionContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = await AcceptAsync(cancellationToken);
            try
            {
                var address = AddressOf(socket);
                if (open.TryEnter(address) is not { } place)
                {
                    Refuse(socket);
                    continue;
                }
                context.Properties[RemoteAddress] = address.ToString();
                return new InboundPipe(socket, place, new SessionLimits(context, options), certificate, options.SessionLimit);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Gone before it was greeted.
                socket.Dispose();
            }
        }
    }

    public void Dispose() => listening.Dispose();

    private async Task<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                return await listening.AcceptAsync(cancellationToken);
            }
            catch (SocketException e)
            {
                log.LogWarning("No connection could be accepted: {Reason}", e.SocketErrorCode);
                await Task.Delay(PauseAfterTrouble, cancellationToken);
            }
    }

    private static IPAddress AddressOf(Socket socket)
    {
        var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    // A new connection's buffer has room for a line: this never waits.
    private static void Refuse(Socket socket)
    {
        using (socket)
        {
            socket.Blocking = false;
            socket.Send(TooMany, SocketFlags.None, out _);
            socket.Shutdown(SocketShutdown.Send);
        }
    }
}
