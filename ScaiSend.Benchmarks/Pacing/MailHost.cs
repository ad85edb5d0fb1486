using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Pacing;

/// <summary>The mail server of one domain, which takes its time over each mail and remembers when each recipient's was there.</summary>
public sealed class MailHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, long> received = new();
    private readonly TimeSpan perMail;
    private readonly SmtpListener listener;
    private int taken;

    public MailHost(IPEndPoint at, TimeSpan perMail)
    {
        this.perMail = perMail;
        listener = new SmtpListener(TalkAsync, at);
    }

    /// <summary>How many mails were answered with 250.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>Timestamp of the end of a recipient's mail; null while it is not there.</summary>
    public long? ReceivedAt(string recipient) => received.TryGetValue(recipient, out var at) ? at : null;

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private async Task TalkAsync(SmtpConversation conversation)
    {
        await conversation.ReplyAsync("220 bench.test ESMTP");
        var recipient = "";
        while (await conversation.ReadLineAsync() is { } line)
        {
            var verb = SmtpConversation.Verb(line);
            if (verb == "RCPT")
                recipient = line.Split('<', '>')[1];
            if (verb == "DATA")
            {
                await conversation.ReplyAsync("354 go on");
                await ReadMailAsync(conversation);
                received.TryAdd(recipient, Stopwatch.GetTimestamp());
                if (perMail > TimeSpan.Zero)
                    await Task.Delay(perMail, conversation.Stopping);
                Interlocked.Increment(ref taken);
            }
            await conversation.ReplyAsync(
                verb switch
                {
                    "EHLO" => "250-bench.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 50000000",
                    "QUIT" => "221 2.0.0 bye",
                    _ => "250 2.0.0 ok",
                }
            );
            if (verb == "QUIT")
                return;
        }
    }

    private static async Task ReadMailAsync(SmtpConversation conversation)
    {
        while (await conversation.ReadLineAsync() is { } line)
            if (line == ".")
                return;
        throw new IOException("cut within the message");
    }
}
