using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Attachments;

/// <summary>A mail server that takes every message and writes it to a file as it comes (RFC 5321 §4.5.2 undone), holding no more than a few lines.</summary>
public sealed class SpoolingReceiver : IAsyncDisposable
{
    private readonly ConcurrentBag<string> files = [];
    private readonly string folder;
    private readonly SmtpListener listener;
    private int count;

    public SpoolingReceiver(string folder)
    {
        this.folder = folder;
        listener = new SmtpListener(TalkAsync);
    }

    public int Port => listener.Port;

    /// <summary>One file for each message that was answered with 250.</summary>
    public IReadOnlyCollection<string> Files => files;

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private async Task TalkAsync(SmtpConversation conversation)
    {
        await conversation.ReplyAsync("220 bench.test ESMTP");
        while (await conversation.ReadLineAsync() is { } line)
        {
            var verb = SmtpConversation.Verb(line);
            if (verb == "DATA")
            {
                await conversation.ReplyAsync("354 go on");
                files.Add(await SpoolAsync(conversation.Reader, conversation.Stopping));
            }
            await conversation.ReplyAsync(ReplyTo(verb));
            if (verb == "QUIT")
                return;
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
}
