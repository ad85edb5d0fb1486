using System.Buffers;
using System.Globalization;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace ScaiSend.Cli.Up;

/// <summary>Takes all mail and keeps it as files, so that a newcomer sees what was sent and nothing leaves the machine.</summary>
public sealed class CatchAll(string folder, TimeProvider time) : MessageStore
{
    /// <summary>Older files are deleted past this number.</summary>
    public const int MaxFiles = 1000;

    private int _received;

    /// <summary>Listens on a free port of the loopback interface until cancelled.</summary>
    public async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var port = FreePort();
        var options = new SmtpServerOptionsBuilder()
            .ServerName("sink.example.test")
            .Endpoint(e => e.Endpoint(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port)))
            .MaxMessageSize(64 * 1024 * 1024, MaxMessageSizeHandling.Strict)
            .Build();
        var services = new ServiceProvider();
        services.Add(this);
        var server = new SmtpServer.SmtpServer(options, services);
        _ = server.StartAsync(cancellationToken);
        await Task.Yield();
        return port;
    }

    public override async Task<SmtpResponse> SaveAsync(
        ISessionContext context,
        IMessageTransaction transaction,
        ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        var number = Interlocked.Increment(ref _received);
        var name = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd-HHmmss-fff}-{number:D6}.eml");
        await using (var file = File.Create(Path.Combine(folder, name)))
        {
            foreach (var part in buffer)
                await file.WriteAsync(part, cancellationToken);
        }
        if (number % 100 == 0)
            DeleteOldest();
        return SmtpResponse.Ok;
    }

    private void DeleteOldest()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.eml").OrderDescending().Skip(MaxFiles))
            File.Delete(file);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
