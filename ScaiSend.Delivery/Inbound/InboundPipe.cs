using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SmtpServer.IO;

namespace ScaiSend.Delivery.Inbound;

/// <summary>One client's connection: what comes in passes <see cref="LimitedReader"/>, and it is cut off at the end of its time, whatever it waits for.</summary>
public sealed class InboundPipe : ISecurableDuplexPipe
{
    /// <summary>How much longer than a session's limit the connection lives, for the last reply.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    /// <summary>Most octets that are thrown away when it closes.</summary>
    private const int MostWaste = 256 * 1024;

    private readonly Socket _socket;
    private readonly IDisposable _place;
    private readonly SessionLimits _limits;
    private readonly InboundCertificate? _certificate;
    private readonly Timer _end;
    private Stream _stream;

    public InboundPipe(Socket socket, IDisposable place, SessionLimits limits, InboundCertificate? certificate, TimeSpan sessionLimit)
    {
        (_socket, _place, _limits, _certificate) = (socket, place, limits, certificate);
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: false);
        Input = new LimitedReader(PipeReader.Create(_stream), limits);
        Output = PipeWriter.Create(_stream);
        _end = new Timer(_ => _socket.Dispose(), null, sessionLimit + LastWords, Timeout.InfiniteTimeSpan);
    }

    public PipeReader Input { get; private set; }
    public PipeWriter Output { get; private set; }
    public bool IsSecure => _stream is SslStream;
    public SslProtocols SslProtocol => (_stream as SslStream)?.SslProtocol ?? SslProtocols.None;

    // What a client sent after STARTTLS and before the handshake is lost with the old reader, as it must be (RFC 3207 §4.2).
    public async Task UpgradeAsync(X509Certificate certificate, SslProtocols protocols, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limits.HandshakeLimit);
        var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = _certificate!.Current(), EnabledSslProtocols = protocols },
                limit.Token
            );
        }
        // The package would say goodbye in the clear, in the middle of a handshake.
        catch (OperationCanceledException)
        {
            throw new IOException("The TLS handshake took too long");
        }
        _stream = secure;
        Input = new LimitedReader(PipeReader.Create(secure), _limits);
        Output = PipeWriter.Create(secure);
    }

    public void Dispose()
    {
        _end.Dispose();
        _stream.Dispose();
        Close();
        _place.Dispose();
    }

    // A socket that is closed with something unread resets the connection, and the client may never read our last words.
    private void Close()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            Span<byte> waste = stackalloc byte[4096];
            for (var read = 0; read < MostWaste && _socket.Available > 0; )
                read += _socket.Receive(waste);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
        _socket.Dispose();
    }
}
