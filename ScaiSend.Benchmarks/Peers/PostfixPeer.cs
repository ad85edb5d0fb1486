using System.Diagnostics;
using System.Text.RegularExpressions;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Peers;

/// <summary>
/// The other side of the comparison: a private Postfix with OpenDKIM, tuned for throughput (no input brake, 20 deliveries at once,
/// connection reuse), durable as always (its queue files are synced before its 250).
/// </summary>
public sealed partial class PostfixPeer : IAsyncDisposable
{
    private const int Sessions = 20;
    private static readonly string[] Queues = ["maildrop", "incoming", "active", "deferred"];
    private static readonly string[] ServiceTables = ["/usr/share/postfix/master.cf.dist", "/etc/postfix/master.cf.proto"];
    private readonly Workspace workspace;
    private readonly SmtpSink sink;
    private readonly OpenDkim signer;
    private readonly int port;
    private readonly string configuration;
    private readonly string spool;
    private readonly string log;

    private PostfixPeer(Workspace workspace, SmtpSink sink, OpenDkim signer)
    {
        this.workspace = workspace;
        this.sink = sink;
        this.signer = signer;
        port = Ports.Free();
        configuration = workspace.MakeFolder("postfix", "etc");
        spool = workspace.MakeFolder("postfix", "spool");
        log = workspace.PathOf("postfix", "maillog");
    }

    /// <summary>Starts signer and server; mail goes to the sink.</summary>
    public static async Task<PostfixPeer> StartAsync(Workspace workspace, SmtpSink sink, CancellationToken cancellationToken)
    {
        var peer = new PostfixPeer(workspace, sink, await OpenDkim.StartAsync(workspace, cancellationToken));
        try
        {
            await peer.ConfigureAsync(cancellationToken);
            await peer.PostfixAsync("start", cancellationToken);
            await Until.TrueAsync("Postfix listens", TimeSpan.FromSeconds(20), () => Ports.IsOpen(peer.port), cancellationToken);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends messages of one size through the server; the clock runs from the first connection to the empty queue.</summary>
    public async Task<PeerRun> RunAsync(int size, int count, CancellationToken cancellationToken)
    {
        var received = sink.Received();
        await File.WriteAllTextAsync(log, "", cancellationToken);
        var cpu = ProcessCost.BusyCpu();
        var started = Stopwatch.GetTimestamp();
        await Child.RunAsync(
            "smtp-source",
            workspace.PathOf("smtp-source.log"),
            "smtp-source",
            SourceArguments(size, count),
            cancellationToken
        );
        var accepted = Stopwatch.GetElapsedTime(started);
        // The cheap witness first, then the queue itself.
        await WaitAsync("the sink has every message", () => sink.Received() >= received + count, cancellationToken);
        await WaitAsync("the queue is empty", IsQueueEmpty, cancellationToken);
        var duration = Stopwatch.GetElapsedTime(started);
        cpu = ProcessCost.BusyCpu() - cpu;

        var sent = SentLine().Count(await File.ReadAllTextAsync(log, cancellationToken));
        if (sent != count || sink.Received() != received + count)
            throw new BenchException($"Postfix logged {sent} of {count} as sent, the sink saw {sink.Received() - received}; see {log}");
        return new PeerRun(count, duration, accepted, cpu);
    }

    public async ValueTask DisposeAsync()
    {
        await PostfixAsync("stop", CancellationToken.None);
        await signer.DisposeAsync();
    }

    private async Task ConfigureAsync(CancellationToken cancellationToken)
    {
        var data = workspace.MakeFolder("postfix", "data");
        await File.WriteAllLinesAsync(Path.Combine(configuration, "main.cf"), Settings(data), cancellationToken);
        var services = await File.ReadAllLinesAsync(FindServiceTable(), cancellationToken);
        await File.WriteAllLinesAsync(Path.Combine(configuration, "master.cf"), services.Select(PrivateService), cancellationToken);
        await File.WriteAllTextAsync(log, "", cancellationToken);
        await Child.RunAsync("chown", workspace.PathOf("postfix", "chown.log"), "chown", ["postfix", data], cancellationToken);
    }

    private string[] Settings(string data) =>
        [
            "compatibility_level=3.6",
            $"queue_directory={spool}",
            $"data_directory={data}",
            "command_directory=/usr/sbin",
            "daemon_directory=/usr/lib/postfix/sbin",
            "mail_owner=postfix",
            "setgid_group=postdrop",
            "myhostname=mail.example.test",
            "mydestination=",
            "inet_interfaces=127.0.0.1",
            "inet_protocols=ipv4",
            "mynetworks=127.0.0.0/8",
            $"relayhost=[127.0.0.1]:{sink.Port}",
            "smtp_host_lookup=native",
            "disable_dns_lookups=yes",
            "smtpd_recipient_restrictions=permit_mynetworks,reject",
            "smtpd_client_connection_count_limit=0",
            "smtpd_client_connection_rate_limit=0",
            "default_process_limit=100",
            $"default_destination_concurrency_limit={Sessions}",
            $"initial_destination_concurrency={Sessions}",
            $"smtp_destination_concurrency_limit={Sessions}",
            "smtp_connection_cache_on_demand=yes",
            "smtp_connection_cache_destinations=127.0.0.1",
            "smtp_tls_security_level=none",
            "alias_maps=",
            "alias_database=",
            $"maillog_file={log}",
            $"maillog_file_prefixes={workspace.Folder}",
            "qmgr_message_active_limit=20000",
            "in_flow_delay=0",
            "import_environment=MAIL_CONFIG",
            $"smtpd_milters=unix:{signer.Socket}",
            "milter_default_action=tempfail",
        ];

    private static string FindServiceTable() =>
        ServiceTables.FirstOrDefault(File.Exists)
        ?? throw new BenchException("Postfix brings no master.cf.proto: is the Debian package postfix installed?");

    // One private listener instead of port 25, and no service in a chroot: the folder has no copies of the system's files.
    private string PrivateService(string line) => InputService().Replace(ChrootColumn().Replace(line, "$1n$2"), $"127.0.0.1:{port} inet ");

    private string[] SourceArguments(int size, int count) =>
        ["-d", "-s", $"{Sessions}", "-m", $"{count}", "-l", $"{size}", "-f", "news@example.test", "-t", "u@b.test", $"127.0.0.1:{port}"];

    private bool IsQueueEmpty() =>
        !Queues
            .Select(queue => Path.Combine(spool, queue))
            .Where(Directory.Exists)
            .Any(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any());

    private static Task WaitAsync(string what, Func<bool> isTrue, CancellationToken cancellationToken) =>
        Until.TrueAsync(what, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(10), () => Task.FromResult(isTrue()), cancellationToken);

    private Task<string> PostfixAsync(string order, CancellationToken cancellationToken) =>
        Child.RunAsync(
            $"postfix {order}",
            workspace.PathOf("postfix", "postfix.log"),
            "postfix",
            ["-c", configuration, order],
            cancellationToken
        );

    [GeneratedRegex(@"^smtp\s+inet\s+")]
    private static partial Regex InputService();

    // master(5): service, type, private, unprivileged, chroot.
    [GeneratedRegex(@"^([^#\s]\S*\s+\S+\s+\S+\s+\S+\s+)y(\s)")]
    private static partial Regex ChrootColumn();

    [GeneratedRegex("status=sent")]
    private static partial Regex SentLine();
}
