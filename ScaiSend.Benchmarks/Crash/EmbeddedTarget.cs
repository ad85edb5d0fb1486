using System.Net;
using System.Security.Cryptography;
using ScaiSend.Benchmarks.Product;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>The embedded stack: one process, <c>scaisend up</c>, and the only victim.</summary>
public sealed class EmbeddedTarget : ICrashTarget
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Workspace workspace;
    private readonly string executable;
    private readonly int receiverPort;
    private readonly string data;
    private Child? up;

    private EmbeddedTarget(Workspace workspace, string executable, int receiverPort)
    {
        this.workspace = workspace;
        this.executable = executable;
        this.receiverPort = receiverPort;
        data = workspace.MakeFolder("data");
        Http = new IPEndPoint(IPAddress.Loopback, Ports.Free());
        Victims = [new Victim("up", CutsCommits: true, cancellationToken => up!.KillAsync(cancellationToken), LaunchAsync)];
    }

    public IPEndPoint Http { get; }

    public string LiveKey { get; } = "sg_live_" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    public Ledger Ledger => Ledger.OfSqlite(Path.Combine(data, "scaisend.db"));

    public IReadOnlyList<Victim> Victims { get; }

    /// <summary>Starts the process on an empty folder.</summary>
    public static async Task<EmbeddedTarget> StartAsync(
        Workspace workspace,
        string executable,
        int receiverPort,
        CancellationToken cancellationToken
    )
    {
        var target = new EmbeddedTarget(workspace, executable, receiverPort);
        await target.LaunchAsync(cancellationToken);
        return target;
    }

    public async Task<IReadOnlyList<string>> StartWhatEndedAsync(CancellationToken cancellationToken)
    {
        if (!up!.HasExited)
            return [];
        await LaunchAsync(cancellationToken);
        return ["up"];
    }

    public ValueTask DisposeAsync() => up?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "up",
            "--data",
            data,
            "--http",
            $"{Http}",
            "--key",
            LiveKey,
            "--smarthost",
            $"127.0.0.1:{receiverPort}",
            .. CrashSettings.All.SelectMany(setting => new[] { "--set", $"{setting.Key}={setting.Value}" }),
        ];
        up = Child.Start("up", workspace.PathOf("up.log"), executable, arguments);
        await up.WaitForOutputAsync("ScaiSend is up", StartLimit, cancellationToken);
    }
}
