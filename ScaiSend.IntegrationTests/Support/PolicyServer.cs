using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>An HTTPS server on 127.0.0.1 that answers every request with what a test has set, as a web server of MTA-STS policies would.</summary>
public sealed class PolicyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly Task _serving;
    private int _requests;

    private PolicyServer(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whole answers given so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Null: never answers.</summary>
    public string? Answer { get; set; } = "";

    public static PolicyServer Start(X509Certificate2 certificate) => new(certificate);

    /// <summary>From now on this policy is served.</summary>
    public void Serve(string policy, string status = "200 OK", string contentType = "text/plain") =>
        Answer =
            $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nLocation: /elsewhere\r\n"
            + $"Content-Length: {policy.Length}\r\nConnection: close\r\n\r\n{policy}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = _certificate },
                    _stop.Token
                );
                await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: _stop.Token);
                Interlocked.Increment(ref _requests);
                if (Answer is null)
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer!), _stop.Token);
            }
            catch (Exception e)
                when (e
                        is OperationCanceledException
                            or IOException
                            or SocketException
                            or System.Security.Authentication.AuthenticationException
                ) { }
    }
}
