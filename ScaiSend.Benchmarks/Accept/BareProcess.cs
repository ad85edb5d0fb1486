using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>The bare endpoint in a process of its own, on a database with the product's own schema.</summary>
public sealed class BareProcess : IAsyncDisposable
{
    private readonly Child child;
    private readonly Servers servers;
    private readonly string database;

    private BareProcess(Child child, Servers servers, string database, int port)
    {
        this.child = child;
        this.servers = servers;
        this.database = database;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Lets the product create its tables in a second database and starts the endpoint on it.</summary>
    public static async Task<BareProcess> StartAsync(
        Workspace workspace,
        string executable,
        Servers servers,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var settings = ProductSettings.Fresh("bare", servers, workspace, Ports.Free(), time);
        await servers.CreateDatabaseAsync(settings.Database, cancellationToken);
        await Child.RunAsync(
            "scaisend migrate",
            workspace.PathOf("bare-migrate.log"),
            executable,
            settings.Arguments("migrate", "--seed"),
            cancellationToken
        );
        var port = Ports.Free();
        string[] arguments = ["bare-accept", "--listen", $"127.0.0.1:{port}", "--database", servers.ConnectionString(settings.Database)];
        var child = Child.Start("bare endpoint", workspace.PathOf("bare.log"), Environment.ProcessPath!, arguments);
        await Until.TrueAsync(
            "the bare endpoint listens",
            TimeSpan.FromSeconds(20),
            () =>
            {
                child.FailIfExited();
                return Ports.IsOpen(port);
            },
            cancellationToken
        );
        return new BareProcess(child, servers, settings.Database, port);
    }

    public async ValueTask DisposeAsync()
    {
        await child.DisposeAsync();
        await servers.DropDatabaseAsync(database);
    }
}
