using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Webhooks;

/// <summary>Takes POSTs of webhooks in this process and counts the events in them.</summary>
public sealed class EventReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private long events;
    private long posts;

    private EventReceiver(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        app = builder.Build();
        app.Run(CountAsync);
        Url = $"http://127.0.0.1:{port}/";
    }

    public string Url { get; }

    public long Events => Interlocked.Read(ref events);

    public long Posts => Interlocked.Read(ref posts);

    public static async Task<EventReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new EventReceiver(Ports.Free());
        await receiver.app.StartAsync(cancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task CountAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Interlocked.Add(ref events, Count(body.GetBuffer().AsSpan(0, (int)body.Length)));
        Interlocked.Increment(ref posts);
    }

    // Each event of either form names its type once.
    private static int Count(ReadOnlySpan<byte> body) => body.Count("\"sg_event_id\":"u8) + body.Count("\"event_id\":"u8);
}
