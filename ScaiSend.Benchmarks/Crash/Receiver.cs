using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>
/// The mail server of the crash run. It remembers every message that it took, with the moment of its 250. Recipients that begin with
/// <c>refuse</c> get a 550, those that begin with <c>later</c> a 451 at their first try.
/// </summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, byte> askedToComeLater = new();
    private readonly ConcurrentBag<Receipt> receipts = [];
    private readonly TimeProvider time;
    private readonly Task accepting;

    /// <summary>Starts on a free port.</summary>
    public Receiver(TimeProvider time)
    {
        this.time = time;
        listener.Start(1000);
        accepting = AcceptAsync(stopping.Token);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Every message that was answered with 250.</summary>
    public IReadOnlyCollection<Receipt> Receipts => receipts;

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
            var lines = PipeReader.Create(stream);
            await ReplyAsync(stream, "220 crash.test ESMTP", cancellationToken);
            var recipient = "";
            while (await ReadLineAsync(lines, cancellationToken) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "RCPT")
                    recipient = Path(line);
                if (verb == "DATA")
                {
                    await ReplyAsync(stream, "354 go on", cancellationToken);
                    var messageId = await ReadMessageAsync(lines, cancellationToken);
                    // RFC 5321 §4.2.5: with this reply the responsibility is ours, so it is written down first.
                    receipts.Add(new Receipt(recipient, messageId, time.GetUtcNow()));
                    await ReplyAsync(stream, "250 2.0.0 taken", cancellationToken);
                }
                else
                {
                    await ReplyAsync(stream, ReplyTo(verb, recipient), cancellationToken);
                }
                if (verb == "QUIT")
                    return;
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or SocketException)
        {
            // The other side was killed, as it should be in this run.
        }
    }

    private string ReplyTo(string verb, string recipient) =>
        verb switch
        {
            "EHLO" => "250-crash.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 50000000",
            "RCPT" when recipient.StartsWith("refuse", StringComparison.Ordinal) => "550 5.1.1 no such user",
            "RCPT" when recipient.StartsWith("later", StringComparison.Ordinal) && askedToComeLater.TryAdd(recipient, 0) =>
                "451 4.7.1 come back later",
            "QUIT" => "221 2.0.0 bye",
            "HELO" or "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 2.0.0 ok",
            _ => "500 5.5.1 unknown",
        };

    private static async Task<string> ReadMessageAsync(PipeReader lines, CancellationToken cancellationToken)
    {
        const string Field = "Message-ID:";
        var messageId = "";
        while (await ReadLineAsync(lines, cancellationToken) is { } line)
        {
            if (line == ".")
                return messageId;
            if (messageId.Length == 0 && line.StartsWith(Field, StringComparison.OrdinalIgnoreCase))
                messageId = line[Field.Length..].Trim();
        }
        throw new IOException("cut within the message");
    }

    private static async ValueTask<string?> ReadLineAsync(PipeReader lines, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await lines.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            if (read.IsCompleted)
                return null;
            lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ValueTask ReplyAsync(NetworkStream stream, string reply, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), cancellationToken);

    private static string Path(string line)
    {
        var (from, to) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return from >= 0 && to > from ? line[(from + 1)..to] : "";
    }
}
