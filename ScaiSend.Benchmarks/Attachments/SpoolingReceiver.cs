using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.Benchmarks.Attachments;

/// <summary>A mail server that takes every message and writes it to a file as it comes (RFC 5321 §4.5.2 undone), holding no more than a few lines.</summary>
public sealed class SpoolingReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentBag<string> files = [];
    private readonly string folder;
    private readonly Task accepting;
    private int count;

    public SpoolingReceiver(string folder)
    {
        this.folder = folder;
        listener.Start(1000);
        accepting = AcceptAsync(stopping.Token);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>One file for each message that was answered with 250.</summary>
    public IReadOnlyCollection<string> Files => files;

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
            var reader = PipeReader.Create(stream);
            await ReplyAsync(stream, "220 bench.test ESMTP", cancellationToken);
            while (await ReadLineAsync(reader, cancellationToken) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "DATA")
                {
                    await ReplyAsync(stream, "354 go on", cancellationToken);
                    files.Add(await SpoolAsync(reader, cancellationToken));
                }
                await ReplyAsync(stream, ReplyTo(verb), cancellationToken);
                if (verb == "QUIT")
                    return;
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or SocketException)
        {
            // The sender hung up; what it did not finish is no message.
        }
    }

    private static string ReplyTo(string verb) =>
        verb switch
        {
            "EHLO" => "250-bench.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 50000000",
            "QUIT" => "221 2.0.0 bye",
            _ => "250 2.0.0 ok",
        };

    private async Task<string> SpoolAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, $"{Interlocked.Increment(ref count):0000}.eml");
        await using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16, useAsync: true);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var (consumed, isEnd) = WriteLines(read.Buffer, output);
            reader.AdvanceTo(consumed, read.Buffer.End);
            if (isEnd)
                return file;
            if (read.IsCompleted)
                throw new IOException("cut within the message");
        }
    }

    private static (SequencePosition Consumed, bool IsEnd) WriteLines(ReadOnlySequence<byte> buffer, Stream output)
    {
        var lines = new SequenceReader<byte>(buffer);
        while (lines.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            var isDotted = line.FirstSpan is [(byte)'.', ..];
            if (isDotted && line.Length == 2)
                return (lines.Position, true);
            foreach (var part in isDotted ? line.Slice(1) : line)
                output.Write(part.Span);
            output.WriteByte((byte)'\n');
        }
        return (lines.Position, false);
    }

    private static async ValueTask<string?> ReadLineAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            if (read.IsCompleted)
                return null;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ValueTask ReplyAsync(NetworkStream stream, string reply, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), cancellationToken);
}
