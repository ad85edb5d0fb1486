using System.Net;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>The servers stack: three roles, MariaDB and RabbitMQ, all of them victims.</summary>
public sealed class ServersTarget : ICrashTarget
{
    private static readonly string[] Roles = ["serve", "worker", "smtp"];
    private readonly RunningProduct product;
    private readonly Workspace workspace;
    private readonly string script;

    private ServersTarget(RunningProduct product, Workspace workspace, string script)
    {
        this.product = product;
        this.workspace = workspace;
        this.script = script;
        Victims = [.. Roles.Select(RoleVictim), ServerVictim("mariadb", cutsCommits: true), ServerVictim("rabbitmq", cutsCommits: false)];
    }

    public IPEndPoint Http => product.Http;

    public string LiveKey => product.LiveKey;

    public Ledger Ledger => product.Ledger;

    public IReadOnlyList<Victim> Victims { get; }

    /// <summary>Prepares a database and starts the roles.</summary>
    public static async Task<ServersTarget> StartAsync(
        Workspace workspace,
        string executable,
        int receiverPort,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var servers = Servers.FromEnvironment();
        var script =
            Environment.GetEnvironmentVariable("SCAISEND_SERVERS_SH")
            ?? throw new BenchException(
                "SCAISEND_SERVERS_SH is not set: it must start and kill the servers (build/servers.sh), or use ./build.sh"
            );
        var settings = ProductSettings.Fresh("crash", servers, workspace, receiverPort, time);
        foreach (var (key, value) in CrashSettings.All)
            settings[key] = value;
        var product = await RunningProduct.PrepareAsync(workspace, executable, settings, servers, cancellationToken);
        foreach (var role in Roles)
            await product.StartAsync(role, cancellationToken);
        return new ServersTarget(product, workspace, script);
    }

    public async Task<IReadOnlyList<string>> StartWhatEndedAsync(CancellationToken cancellationToken)
    {
        var ended = product.Roles.Where(role => role.Value.HasExited).Select(role => role.Key).ToArray();
        foreach (var role in ended)
            await product.StartAsync(role, cancellationToken);
        return ended;
    }

    public ValueTask DisposeAsync() => product.DisposeAsync();

    private Victim RoleVictim(string role) =>
        new(
            role,
            CutsCommits: role == "smtp",
            cancellationToken => product.Roles[role].KillAsync(cancellationToken),
            cancellationToken => product.StartAsync(role, cancellationToken)
        );

    private Victim ServerVictim(string server, bool cutsCommits) =>
        new(
            server,
            cutsCommits,
            cancellationToken => ServerAsync("kill", server, cancellationToken),
            cancellationToken => ServerAsync("start", server, cancellationToken)
        );

    private Task ServerAsync(string order, string server, CancellationToken cancellationToken) =>
        Child.RunAsync($"{order} {server}", workspace.PathOf("servers.log"), script, [order, server], cancellationToken);
}
