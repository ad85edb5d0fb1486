using System.Collections.Concurrent;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>
/// The mail server of the crash run. It remembers every message that it took, with the moment of its 250. Recipients that begin with
/// <c>refuse</c> get a 550, those that begin with <c>later</c> a 451 at their first try.
/// </summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte> askedToComeLater = new();
    private readonly ConcurrentBag<Receipt> receipts = [];
    private readonly TimeProvider time;
    private readonly SmtpListener listener;
    private long lastTakenTicks;

    /// <summary>Starts on a free port.</summary>
    public Receiver(TimeProvider time)
    {
        this.time = time;
        listener = new SmtpListener(TalkAsync);
    }

    public int Port => listener.Port;

    /// <summary>The moment of the latest 250.</summary>
    public DateTimeOffset LastTakenAt => new(Interlocked.Read(ref lastTakenTicks), TimeSpan.Zero);

    /// <summary>Every message that was answered with 250.</summary>
    public IReadOnlyCollection<Receipt> Receipts => receipts;

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private async Task TalkAsync(SmtpConversation conversation)
    {
        await conversation.ReplyAsync("220 crash.test ESMTP");
        var recipient = "";
        while (await conversation.ReadLineAsync() is { } line)
        {
            var verb = SmtpConversation.Verb(line);
            if (verb == "RCPT")
                recipient = Path(line);
            if (verb == "DATA")
            {
                await conversation.ReplyAsync("354 go on");
                var messageId = await ReadMessageAsync(conversation);
                // RFC 5321 §4.2.5: with this reply the responsibility is ours, so it is written down first.
                var at = time.GetUtcNow();
                receipts.Add(new Receipt(recipient, messageId, at));
                Interlocked.Exchange(ref lastTakenTicks, at.UtcTicks);
                await conversation.ReplyAsync("250 2.0.0 taken");
            }
            else
            {
                await conversation.ReplyAsync(ReplyTo(verb, recipient));
            }
            if (verb == "QUIT")
                return;
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

    private static async Task<string> ReadMessageAsync(SmtpConversation conversation)
    {
        const string Field = "Message-ID:";
        var messageId = "";
        while (await conversation.ReadLineAsync() is { } line)
        {
            if (line == ".")
                return messageId;
            if (messageId.Length == 0 && line.StartsWith(Field, StringComparison.OrdinalIgnoreCase))
                messageId = line[Field.Length..].Trim();
        }
        throw new IOException("cut within the message");
    }

    private static string Path(string line)
    {
        var (from, to) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return from >= 0 && to > from ? line[(from + 1)..to] : "";
    }
}
