using System.Net;
using System.Text.RegularExpressions;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Product;

/// <summary>The product's processes of one run, on a fresh database with one tenant, one live key and one verified domain.</summary>
public sealed partial class RunningProduct : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Workspace workspace;
    private readonly string executable;
    private readonly ProductSettings settings;
    private readonly Servers servers;
    private readonly Dictionary<string, Child> roles = [];

    private RunningProduct(Workspace workspace, string executable, ProductSettings settings, Servers servers, string liveKey)
    {
        this.workspace = workspace;
        this.executable = executable;
        this.settings = settings;
        this.servers = servers;
        LiveKey = liveKey;
    }

    /// <summary>The seeded tenant's key.</summary>
    public string LiveKey { get; }

    /// <summary>Where <c>serve</c> listens.</summary>
    public IPEndPoint Http => new(IPAddress.Loopback, settings.HttpPort);

    /// <summary>What its database has to say.</summary>
    public Ledger Ledger => Ledger.OfMySql(servers.ConnectionString(settings.Database));

    /// <summary>The roles' processes by name.</summary>
    public IReadOnlyDictionary<string, Child> Roles => roles;

    /// <summary>Creates the database, migrates and seeds it.</summary>
    public static async Task<RunningProduct> PrepareAsync(
        Workspace workspace,
        string executable,
        ProductSettings settings,
        Servers servers,
        CancellationToken cancellationToken
    )
    {
        await servers.CreateDatabaseAsync(settings.Database, cancellationToken);
        var log = workspace.PathOf($"{settings.Database}-migrate.log");
        var output = await Child.RunAsync("scaisend migrate", log, executable, settings.Arguments("migrate", "--seed"), cancellationToken);
        var key = LiveKeyLine().Match(output);
        if (!key.Success)
            throw new BenchException($"scaisend migrate --seed printed no live key; see {log}");
        return new RunningProduct(workspace, executable, settings, servers, key.Value);
    }

    /// <summary>Starts a role, such as <c>serve</c> or <c>node --roles worker,smtp</c>; its name in the tables is its first word.</summary>
    public async Task StartAsync(string command, CancellationToken cancellationToken)
    {
        var child = Launch(command);
        await WaitUntilReadyAsync(child, cancellationToken);
    }

    /// <summary>Starts a role without waiting for it.</summary>
    public Child Launch(string command)
    {
        var words = command.Split(' ');
        var log = workspace.PathOf($"{settings.Database}-{words[0]}.log");
        return roles[words[0]] = Child.Start(words[0], log, executable, settings.Arguments(words));
    }

    /// <summary>Waits until a started role says that it is ready.</summary>
    public async Task WaitUntilReadyAsync(Child child, CancellationToken cancellationToken)
    {
        if (child.Name == "serve")
            await WaitForReadyPageAsync(child, cancellationToken);
        else
            await child.WaitForOutputAsync("ready", StartLimit, cancellationToken);
    }

    /// <summary>Ends the run when a role has ended by itself.</summary>
    public void FailIfARoleExited()
    {
        foreach (var role in roles.Values)
            role.FailIfExited();
    }

    /// <summary>Stops the roles and removes the database; queues without consumers stay, empty.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var role in roles.Values)
            await role.DisposeAsync();
        await servers.DropDatabaseAsync(settings.Database);
    }

    private async Task WaitForReadyPageAsync(Child serve, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{Http}"), Timeout = TimeSpan.FromSeconds(5) };
        await Until.TrueAsync(
            "serve answers /ready with 200",
            StartLimit,
            TimeSpan.FromMilliseconds(50),
            async () =>
            {
                serve.FailIfExited();
                try
                {
                    using var answer = await client.GetAsync(new Uri("/ready", UriKind.Relative), cancellationToken);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            cancellationToken
        );
    }

    [GeneratedRegex("sg_live_[0-9a-f]{32}")]
    private static partial Regex LiveKeyLine();
}
