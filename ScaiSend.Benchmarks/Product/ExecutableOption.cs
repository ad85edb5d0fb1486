using System.CommandLine;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Product;

/// <summary>Which executable a run drives: by default one that it publishes, as it ships.</summary>
public static class ExecutableOption
{
    /// <summary>The option of every bench.</summary>
    public static Option<string?> Create() =>
        new("--executable")
        {
            Description = "Path of a scaisend executable; without it one is published as it ships into artifacts/bench.",
        };

    /// <summary>The given executable, or a freshly published one.</summary>
    public static async Task<string> PrepareAsync(string? given, Workspace workspace, CancellationToken cancellationToken)
    {
        if (given is null)
            return await PublishedProduct.PublishAsync(workspace, cancellationToken);
        return File.Exists(given) ? Path.GetFullPath(given) : throw new BenchException($"--executable is {given}, which does not exist");
    }
}
