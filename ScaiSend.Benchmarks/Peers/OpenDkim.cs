using System.Security.Cryptography;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Peers;

/// <summary>The signer of the Postfix side: OpenDKIM with an RSA-2048 key, on a UNIX socket (a TCP socket stalls each message by 90 ms).</summary>
public sealed class OpenDkim : IAsyncDisposable
{
    private readonly Child child;

    private OpenDkim(Child child, string socket)
    {
        this.child = child;
        Socket = socket;
    }

    /// <summary>Path of the milter socket.</summary>
    public string Socket { get; }

    public int ProcessId => child.Id;

    /// <summary>Makes a key and starts the signer.</summary>
    public static async Task<OpenDkim> StartAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var folder = workspace.MakeFolder("opendkim");
        var key = Path.Combine(folder, "s1.private");
        using (var rsa = RSA.Create(2048))
            await File.WriteAllTextAsync(key, rsa.ExportRSAPrivateKeyPem(), cancellationToken);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Child.RunAsync("chown", Path.Combine(folder, "log"), "chown", ["-R", "opendkim", folder], cancellationToken);

        var socket = Path.Combine(folder, "sock");
        var configuration = Path.Combine(folder, "opendkim.conf");
        await File.WriteAllLinesAsync(configuration, Settings(socket, key), cancellationToken);
        var child = Child.Start("opendkim", Path.Combine(folder, "log"), "opendkim", ["-f", "-x", configuration]);
        await Until.TrueAsync(
            "OpenDKIM has its socket",
            TimeSpan.FromSeconds(10),
            () =>
            {
                child.FailIfExited();
                return File.Exists(socket);
            },
            cancellationToken
        );
        return new OpenDkim(child, socket);
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    private static string[] Settings(string socket, string key) =>
        [
            $"Socket local:{socket}",
            "UMask 000",
            "Mode s",
            "Domain example.test",
            "Selector s1",
            $"KeyFile {key}",
            "Canonicalization relaxed/relaxed",
            "RequireSafeKeys false",
            "UserID opendkim",
            "Syslog no",
            "InternalHosts 127.0.0.0/8",
        ];
}
