using System.Runtime.CompilerServices;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary>The files of this repository, as the tests about it read them.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts", "data", "TestResults"];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths, relative to the root, of the files with one of these extensions; build output and hidden folders are left out.</summary>
    public static IEnumerable<string> With(params string[] extensions) =>
        Below(new DirectoryInfo(Root))
            .Where(file => extensions.Contains(file.Extension))
            .Select(file => Path.GetRelativePath(Root, file.FullName))
            .Order();

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) =>
        folder
            .EnumerateFiles()
            .Concat(
                folder
                    .EnumerateDirectories()
                    .Where(f => f.Name[0] != '.' && !Skipped.Contains(f.Name) && f.LinkTarget is null)
                    .SelectMany(Below)
            );

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(File.Exists(here) ? Path.GetDirectoryName(here)! : AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ScaiSend.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository");
        return folder.FullName;
    }
}
