using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.Benchmarks.Support;

/// <summary>Listens on a free port of loopback and has one conversation with each client, all at once.</summary>
public sealed class SmtpListener : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<SmtpConversation, Task> talk;
    private readonly Task accepting;

    /// <param name="talk">One conversation; ends when the client hangs up, which is no failure here.</param>
    /// <param name="at">Where to listen; a free port of loopback when null.</param>
    public SmtpListener(Func<SmtpConversation, Task> talk, IPEndPoint? at = null)
    {
        this.talk = talk;
        listener = new TcpListener(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        listener.Start(1000);
        accepting = AcceptAsync(stopping.Token);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(cancellationToken);
                client.NoDelay = true;
                _ = TalkAsync(client, cancellationToken);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException) { }
    }

    private async Task TalkAsync(Socket client, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            await talk(new SmtpConversation(stream, cancellationToken));
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or SocketException)
        {
            // The other side hung up or was killed; what it did not finish is no message.
        }
    }
}

/// <summary>Lines and replies of one SMTP session.</summary>
public sealed class SmtpConversation(Stream stream, CancellationToken cancellationToken)
{
    /// <summary>What the client sends.</summary>
    public PipeReader Reader { get; } = PipeReader.Create(stream);

    /// <summary>Set when the listener stops.</summary>
    public CancellationToken Stopping => cancellationToken;

    /// <summary>The next line without its end; null when there is none.</summary>
    public async ValueTask<string?> ReadLineAsync()
    {
        while (true)
        {
            var read = await Reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                Reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            if (read.IsCompleted)
                return null;
            Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public ValueTask ReplyAsync(string reply) => stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), cancellationToken);

    /// <summary>The verb of a command line, in capitals.</summary>
    public static string Verb(string line) => line.Split(' ', ':')[0].ToUpperInvariant();
}
