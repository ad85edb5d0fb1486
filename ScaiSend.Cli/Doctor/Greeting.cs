using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.Cli.Doctor;

/// <summary>Connects to a mail server and reads how it greets. Nothing is sent.</summary>
internal static class Greeting
{
    /// <summary>How long connecting and greeting may take together. RFC 5321 §4.5.3.2.1 allows five minutes; whoever waits at a terminal does not.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // RFC 5321 §4.5.3.1.5.
    private const int LongestLine = 512;

    /// <summary>The first line that the server says, or why there is none.</summary>
    /// <param name="source">The address to connect from; null for the system's choice.</param>
    public static async Task<(string? Line, string? Trouble)> ReadAsync(
        IPAddress address,
        int port,
        IPAddress? source,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token);
            var buffer = new byte[LongestLine];
            var length = 0;
            while (length < buffer.Length && !buffer.AsSpan(0, length).Contains((byte)'\n'))
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                if (read == 0)
                    break;
                length += read;
            }
            var line = Encoding.ASCII.GetString(buffer, 0, length).Split('\n')[0].TrimEnd('\r');
            return line.Length > 0 ? (line, null) : (null, "it closed the connection without a word");
        }
        catch (SocketException e)
        {
            return (null, e.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {Limit.TotalSeconds:0} s");
        }
    }
}
