using System.Runtime.InteropServices;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Product;

/// <summary>The executable as it ships: published by the profile <c>ship</c>, once for each run.</summary>
public static class PublishedProduct
{
    /// <summary>Publishes and returns the executable's path.</summary>
    public static async Task<string> PublishAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(workspace.Repository, "artifacts", "bench", "scaisend");
        var runtime = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        Progress.Say("publishing scaisend as it ships, about two minutes");
        string[] arguments =
        [
            "publish",
            Path.Combine(workspace.Repository, "ScaiSend.Cli"),
            "-c",
            "Release",
            "-r",
            runtime,
            "-p:PublishProfile=ship",
            "-o",
            folder,
        ];
        await Child.RunAsync("dotnet publish", workspace.PathOf("publish.log"), "dotnet", arguments, cancellationToken);
        return Path.Combine(folder, "scaisend");
    }
}
