using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Peers;

/// <summary>Postfix's own throw-away receiver, the same for both sides, with its running counter as the witness of what arrived.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly Child child;
    private readonly SafeFileHandle counter;

    private SmtpSink(Child child, int port)
    {
        this.child = child;
        counter = File.OpenHandle(child.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Port = port;
    }

    public int Port { get; }

    public int ProcessId => child.Id;

    /// <summary>Messages received since the start.</summary>
    public long Received()
    {
        // It writes "sess=1 quit=1 mesg=50\r" after each message; the last one counts.
        Span<byte> tail = stackalloc byte[256];
        var start = Math.Max(0, RandomAccess.GetLength(counter) - tail.Length);
        var text = Encoding.ASCII.GetString(tail[..RandomAccess.Read(counter, tail, start)]);
        var end = text.LastIndexOf('\r');
        var mark = end < 0 ? -1 : text.LastIndexOf("mesg=", end, StringComparison.Ordinal);
        return mark < 0 ? 0 : long.Parse(text.AsSpan(mark + 5, end - mark - 5), CultureInfo.InvariantCulture);
    }

    /// <summary>Starts the receiver on a free port.</summary>
    public static async Task<SmtpSink> StartAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var port = Ports.Free();
        var child = Child.Start(
            "smtp-sink",
            workspace.PathOf("smtp-sink.log"),
            "smtp-sink",
            ["-c", "-u", "nobody", $"127.0.0.1:{port}", "1000"]
        );
        await Until.TrueAsync(
            "smtp-sink listens",
            TimeSpan.FromSeconds(10),
            () =>
            {
                child.FailIfExited();
                return Ports.IsOpen(port);
            },
            cancellationToken
        );
        return new SmtpSink(child, port);
    }

    public ValueTask DisposeAsync()
    {
        counter.Dispose();
        return child.DisposeAsync();
    }
}
