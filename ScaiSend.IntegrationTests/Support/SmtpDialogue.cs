using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>An SMTP client that says what a test tells it to, right or wrong.</summary>
public sealed class SmtpDialogue : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    private SmtpDialogue(TcpClient client)
    {
        _client = client;
        _reader = new StreamReader(client.GetStream(), Encoding.Latin1);
    }

    /// <summary>Connects; the greeting is the first reply to be read.</summary>
    public static async Task<SmtpDialogue> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return new SmtpDialogue(client);
    }

    /// <summary>The last line of the next reply; null when the server has closed.</summary>
    public async Task<string?> ReplyAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
            try
            {
                var line = await _reader.ReadLineAsync(limit.Token);
                if (line is null || line.Length < 4 || line[3] != '-')
                    return line;
            }
            catch (IOException)
            {
                return null;
            }
    }

    /// <summary>The last reply before the server closed.</summary>
    public async Task<string?> LastReplyAsync()
    {
        string? last = null;
        while (await ReplyAsync() is { } reply)
            last = reply;
        return last;
    }

    /// <summary>Says a line and reads the reply.</summary>
    public async Task<string?> SayAsync(string line)
    {
        await WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"));
        return await ReplyAsync();
    }

    /// <summary>False when the server has closed.</summary>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _client.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
