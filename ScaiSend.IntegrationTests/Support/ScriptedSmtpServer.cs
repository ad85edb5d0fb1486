using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>
/// A raw SMTP listener for what a well-behaved server does not do: strange greetings, silence, closing at any moment.
/// One function plays each connection; <see cref="Dialogue.ServeAsync"/> is the ordinary course of it.
/// </summary>
public sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Dialogue, Task> _play;
    private readonly ConcurrentBag<Task> _dialogues = [];
    private readonly Task _accepting;
    private int _connections;

    private ScriptedSmtpServer(Func<Dialogue, Task> play, IPAddress address, int port)
    {
        _play = play;
        _listener = new TcpListener(address, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections opened so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every command line heard, over all connections.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Where each connection came from.</summary>
    public ConcurrentQueue<IPAddress> Clients { get; } = new();

    /// <summary>Every content heard to its end, dots removed.</summary>
    public ConcurrentQueue<byte[]> Contents { get; } = new();

    public static ScriptedSmtpServer Start(Func<Dialogue, Task> play, string address = "127.0.0.1", int port = 0) =>
        new(play, IPAddress.Parse(address), port);

    /// <summary>A server that answers like any other, except where the script gives another reply to a command (or to <c>.</c>, the end of content).</summary>
    public static ScriptedSmtpServer Start(Func<string, string?>? script = null, string address = "127.0.0.1", int port = 0) =>
        Start(d => d.ServeAsync(script), address, port);

    /// <summary>Like that, and STARTTLS is offered with this certificate.</summary>
    public static ScriptedSmtpServer StartWithTls(X509Certificate2 certificate, Func<string, string?>? script = null, int port = 0) =>
        Start(d => d.ServeAsync(script, certificate), port: port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_dialogues);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                _dialogues.Add(PlayAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException) { }
    }

    private async Task PlayAsync(Socket socket)
    {
        Clients.Enqueue(((IPEndPoint)socket.RemoteEndPoint!).Address);
        await using var dialogue = new Dialogue(this, new NetworkStream(socket, ownsSocket: true), _stop.Token);
        try
        {
            await _play(dialogue);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
        { }
    }
}

/// <summary>The server's side of one scripted connection.</summary>
public sealed class Dialogue(ScriptedSmtpServer server, Stream stream, CancellationToken stop) : IAsyncDisposable
{
    /// <summary>As a reply: close the connection without one.</summary>
    public const string Close = "(close)";

    /// <summary>As a reply: keep the connection, say nothing.</summary>
    public const string Silence = "(silence)";

    /// <summary>As a reply: 250, but only after 125 seconds: more than the two minutes that MailKit waits by itself.</summary>
    public const string Late = "(late)";

    public const string Extensions = "250-script.test\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES";

    private readonly byte[] _buffer = new byte[4096];
    private ReadOnlyMemory<byte> _unread;
    private Stream _stream = stream;
    private bool _isTls;

    /// <summary>Which connection this is, from 1.</summary>
    public int Number { get; } = server.Connections;

    public async Task ServeAsync(Func<string, string?>? script = null, X509Certificate2? certificate = null)
    {
        if (!await ReplyAsync(script?.Invoke("(greeting)") ?? "220 script.test ESMTP"))
            return;
        while (await HearAsync() is { } command)
        {
            if (!await ReplyAsync(script?.Invoke(command) ?? UsualReply(command, certificate is not null && !_isTls)))
                return;
            if (command == "STARTTLS" && certificate is not null && script?.Invoke(command) is null)
                await StartTlsAsync(certificate);
            if (command == "DATA" && script?.Invoke(command) is null)
            {
                await HearContentAsync();
                if (!await ReplyAsync(script?.Invoke(".") ?? "250 2.0.0 Ok"))
                    return;
            }
            if (command == "QUIT")
                return;
        }
    }

    public async Task SayAsync(string lines)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(lines + "\r\n"), stop);
        await _stream.FlushAsync(stop);
    }

    public ValueTask SendAsync(byte[] bytes) => _stream.WriteAsync(bytes, stop);

    /// <summary>The next line; null when the client has closed.</summary>
    public async Task<string?> HearAsync()
    {
        var line = await ReadLineAsync();
        if (line is null)
            return null;
        var command = Encoding.UTF8.GetString(line);
        server.Commands.Enqueue(command);
        return command;
    }

    /// <summary>Waits until the client has sent something that is not SMTP.</summary>
    public async Task HearSomethingAsync() => await ReadAsync();

    public async Task HearContentAsync()
    {
        using var content = new MemoryStream();
        while (await ReadLineAsync() is { } line)
        {
            if (line is [(byte)'.'])
            {
                server.Contents.Enqueue(content.ToArray());
                return;
            }
            content.Write(line is [(byte)'.', ..] ? line.AsSpan(1) : line);
            content.Write("\r\n"u8);
        }
    }

    public async Task StartTlsAsync(X509Certificate2 certificate)
    {
        var tls = new SslStream(_stream);
        (_stream, _isTls) = (tls, true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<bool> ReplyAsync(string reply)
    {
        if (reply == Close)
            return false;
        if (reply == Silence)
            await Task.Delay(Timeout.Infinite, stop);
        if (reply == Late)
            await Task.Delay(TimeSpan.FromSeconds(125), stop);
        await SayAsync(reply == Late ? "250 2.0.0 Ok at last" : reply);
        return !reply.StartsWith("221", StringComparison.Ordinal) && !reply.StartsWith("421", StringComparison.Ordinal);
    }

    private static string UsualReply(string command, bool offersTls) =>
        command.Split(' ')[0] switch
        {
            "EHLO" => offersTls ? "250-script.test\r\n250-STARTTLS\r\n" + Extensions[17..] : Extensions,
            "STARTTLS" => "220 Go on",
            "DATA" => "354 Go on",
            "QUIT" => "221 Bye",
            _ => "250 2.0.0 Ok",
        };

    private async Task<byte[]?> ReadLineAsync()
    {
        var line = new List<byte>();
        while (await ReadAsync() is { } b)
        {
            if (b == '\n' && line is [.., (byte)'\r'])
                return [.. line[..^1]];
            line.Add(b);
        }
        return null;
    }

    private async ValueTask<byte?> ReadAsync()
    {
        if (_unread.IsEmpty)
            _unread = _buffer.AsMemory(0, await _stream.ReadAsync(_buffer, stop));
        if (_unread.IsEmpty)
            return null;
        var b = _unread.Span[0];
        _unread = _unread[1..];
        return b;
    }
}
