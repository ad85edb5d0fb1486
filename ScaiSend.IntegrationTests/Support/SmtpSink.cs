using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Net;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>A mail as the sink took it.</summary>
public sealed record SunkMail(string ReversePath, IReadOnlyList<string> Recipients, byte[] Bytes, bool IsTls);

/// <summary>Where the sink can drop a connection.</summary>
public enum SinkStep
{
    Mail,
    Recipient,
    Content,
}

/// <summary>
/// A real SMTP server on 127.0.0.1 that records every mail, and answers what a test has told it to answer to a recipient.
/// Its package adds ", N retry(ies) remaining." to the text of refused commands.
/// </summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Door _door = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _replies = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _lastingReplies = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _repliesToContent = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<(string, SinkStep), int> _drops = new();
    private readonly ConcurrentDictionary<string, string> _deferrals = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<SunkMail> _mails = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private Task _running = Task.CompletedTask;
    private int _connections;

    private SmtpSink() { }

    public int Port => _door.Port;

    /// <summary>As a setting: <c>127.0.0.1:port</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Connections opened so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<SunkMail> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

    /// <param name="offersTls">Whether STARTTLS is offered, with a certificate of our own making.</param>
    public static SmtpSink Start(bool offersTls = false)
    {
        var sink = new SmtpSink();
        var options = new SmtpServerOptionsBuilder()
            .ServerName("sink.test")
            .MaxRetryCount(int.MaxValue)
            .Endpoint(endpoint =>
            {
                endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, 0)).SessionTimeout(TimeSpan.FromMinutes(10));
                if (offersTls)
                    endpoint.Certificate(TestCertificate.New()).SupportedSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13);
            })
            .Build();
        var services = new ServiceProvider();
        services.Add((IEndpointListenerFactory)sink._door);
        services.Add(new Store(sink));
        services.Add(new Filter(sink));
        var server = new SmtpServer.SmtpServer(options, services);
        server.SessionCreated += (_, _) => Interlocked.Increment(ref sink._connections);
        sink._running = server.StartAsync(sink._stop.Token);
        return sink;
    }

    /// <summary>Answers the next RCPT for this recipient so, one reply after the other, and then accepts it.</summary>
    public void Answer(string recipient, params string[] replies)
    {
        var queue = _replies.GetOrAdd(recipient, _ => new());
        foreach (var reply in replies)
            queue.Enqueue(reply);
    }

    /// <summary>Answers every RCPT for this recipient so.</summary>
    public void AlwaysAnswer(string recipient, string reply) => _lastingReplies[recipient] = reply;

    /// <summary>Answers the content of every mail to this recipient so, and does not record it.</summary>
    public void AnswerContent(string recipient, string reply) => _repliesToContent[recipient] = reply;

    /// <summary>Reads the next content for this recipient, answers so, and keeps it among <see cref="Deferred"/>.</summary>
    public void DeferContent(string recipient, string reply) => _deferrals[recipient] = reply;

    /// <summary>The contents that were read and refused for now.</summary>
    public ConcurrentQueue<SunkMail> Deferred { get; } = new();

    /// <summary>Drops the connection at this step of a mail to (or, at MAIL, from) this address, so many times.</summary>
    public void Drop(string address, SinkStep step, int times = 1) => _drops[(address, step)] = times;

    /// <summary>The mails, as soon as there are so many.</summary>
    public async Task<IReadOnlyList<SunkMail>> Received(int count, TimeSpan? limit = null)
    {
        using var waited = new CancellationTokenSource(limit ?? Patience.Limit);
        while (Mails.Count < count)
            try
            {
                await _arrived.WaitAsync(waited.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The sink waited for {count} mails and has {Mails.Count}");
            }
        return Mails;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _arrived.Dispose();
    }

    private bool MustDrop(string address, SinkStep step)
    {
        while (_drops.TryGetValue((address, step), out var times) && times > 0)
            if (_drops.TryUpdate((address, step), times - 1, times))
                return true;
        return false;
    }

    private static SmtpResponse ResponseOf(string reply) => new((SmtpReplyCode)int.Parse(reply.AsSpan(0, 3), null), reply[4..]);

    private sealed class Door : EndpointListenerFactory
    {
        public int Port { get; private set; }

        protected override void OnEndpointStarted(EndpointEventArgs args) => Port = ((IPEndPoint)args.LocalEndPoint).Port;
    }

    private sealed class Filter(SmtpSink sink) : IMailboxFilter
    {
        public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) =>
            sink.MustDrop(from.AsAddress() ?? "", SinkStep.Mail) ? throw new IOException("Dropped on purpose") : Task.FromResult(true);

        public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
        {
            var recipient = to.AsAddress();
            if (sink.MustDrop(recipient, SinkStep.Recipient))
                throw new IOException("Dropped on purpose");
            if (sink._replies.TryGetValue(recipient, out var replies) && replies.TryDequeue(out var reply))
                throw new SmtpResponseException(ResponseOf(reply));
            return sink._lastingReplies.TryGetValue(recipient, out reply)
                ? throw new SmtpResponseException(ResponseOf(reply))
                : Task.FromResult(true);
        }
    }

    private sealed class Store(SmtpSink sink) : MessageStore
    {
        public override Task<SmtpResponse> SaveAsync(
            ISessionContext context,
            IMessageTransaction transaction,
            ReadOnlySequence<byte> buffer,
            CancellationToken cancellationToken
        )
        {
            var recipients = transaction.To.Select(to => to.AsAddress()).ToList();
            if (recipients.Any(r => sink.MustDrop(r, SinkStep.Content)))
                context.Pipe.Dispose();
            foreach (var recipient in recipients)
                if (sink._repliesToContent.TryGetValue(recipient, out var reply))
                    return Task.FromResult(ResponseOf(reply));
            // The package cuts off the last line's end, which belongs to the mail (RFC 5321 §4.1.1.4).
            byte[] bytes = [.. buffer.ToArray(), .. "\r\n"u8];
            var mail = new SunkMail(transaction.From.AsAddress() ?? "", recipients, bytes, context.Pipe.IsSecure);
            foreach (var recipient in recipients)
                if (sink._deferrals.TryRemove(recipient, out var reply))
                {
                    sink.Deferred.Enqueue(mail);
                    return Task.FromResult(ResponseOf(reply));
                }
            lock (sink._mails)
                sink._mails.Add(mail);
            sink._arrived.Release();
            return Task.FromResult(new SmtpResponse(SmtpReplyCode.Ok, "2.0.0 Ok, sunk"));
        }
    }
}
