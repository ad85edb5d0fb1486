using System.Net;
using System.Net.Sockets;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Load;

/// <summary>
/// Runs the load generator against a stand-in that answers 202 to everything, so that its own start-up work is over before the cold run
/// of the product begins.
/// </summary>
public static class LoadWarmUp
{
    private const int Requests = 20_000;
    private const int Connections = 64;
    private static readonly byte[] Answer = [.. "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8];

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(Connections);
        var server = (IPEndPoint)listener.LocalEndpoint;
        var request = new MailSendRequest($"{server}", "none", "u{n}@b.test", 4096);
        var answering = AnswerAsync(listener, request.Copy().Length, cancellationToken);
        var result = await new HttpLoad(server, Connections).RunAsync(request, Requests, null, cancellationToken);
        await answering;
        Progress.Say($"the load generator alone does {Requests / result.Duration.TotalSeconds:0}/s");
    }

    private static Task AnswerAsync(TcpListener listener, int requestLength, CancellationToken cancellationToken) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(async _ =>
                {
                    using var client = await listener.AcceptSocketAsync(cancellationToken);
                    var buffer = new byte[requestLength];
                    while (await IsRequestReadAsync(client, buffer, cancellationToken))
                        await client.SendAsync(Answer, cancellationToken);
                })
        );

    private static async ValueTask<bool> IsRequestReadAsync(Socket client, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < buffer.Length; )
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
                return false;
            filled += read;
        }
        return true;
    }
}
