using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ScaiSend.Benchmarks.Load;

/// <summary>One keep-alive HTTP/1.1 connection that sends prebuilt requests and reads just enough of the answers.</summary>
public sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[16 * 1024];
    private int filled;

    /// <summary>Opens a connection.</summary>
    public static async Task<HttpConnection> OpenAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var connection = new HttpConnection();
        try
        {
            await connection.socket.ConnectAsync(server, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends one request and waits for its answer. The answer's body is valid until the next call.</summary>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        while (!request.IsEmpty)
            request = request[await socket.SendAsync(request, cancellationToken)..];

        filled = 0;
        int headEnd;
        while ((headEnd = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            await ReadMoreAsync(cancellationToken);
        var bodyStart = headEnd + 4;
        var status = Status(buffer.AsSpan(0, headEnd));
        if (ContentLength(buffer.AsSpan(0, headEnd + 2)) is { } length)
        {
            while (filled < bodyStart + length)
                await ReadMoreAsync(cancellationToken);
            return new HttpAnswer(status, buffer.AsMemory(bodyStart, length));
        }

        // RFC 9112 §7.1: the chunk of size zero ends the body; our answers hold no such line inside.
        while (!buffer.AsSpan(bodyStart, filled - bodyStart).EndsWith("0\r\n\r\n"u8))
            await ReadMoreAsync(cancellationToken);
        return new HttpAnswer(status, buffer.AsMemory(bodyStart, filled - bodyStart));
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (filled == buffer.Length)
            throw new IOException("the answer is larger than any answer should be");
        var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
        filled += read > 0 ? read : throw new IOException("the server closed the connection");
    }

    private static int Status(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && Utf8Parser.TryParse(head[9..12], out int status, out _) ? status : throw new IOException("not an HTTP answer");

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0)
            return null;
        return Utf8Parser.TryParse(head[(at + 18)..], out int length, out _) ? length : throw new IOException("not a Content-Length");
    }
}
