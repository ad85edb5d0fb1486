using System.Globalization;

namespace ScaiSend.Benchmarks.Support;

/// <summary>The folders of one run: the repository, and a private folder that the servers' own users can enter.</summary>
public sealed class Workspace
{
    private const UnixFileMode EnterableByAll =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private Workspace(string repository, string folder)
    {
        Repository = repository;
        Folder = folder;
    }

    /// <summary>The folder with <c>ScaiSend.slnx</c>.</summary>
    public string Repository { get; }

    /// <summary>This run's own folder: logs, queues and configurations.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder of a run. It stays after the run, for the logs; the next run of the same kind clears it.</summary>
    public static Workspace Create(string kind)
    {
        var folder = Path.Combine(Path.GetTempPath(), "scaisend-bench-" + kind);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder, EnterableByAll);
        return new Workspace(FindRepository(), folder);
    }

    /// <summary>The path of a file or folder of this run.</summary>
    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Makes a folder of this run, with its parents.</summary>
    public string MakeFolder(params string[] parts)
    {
        var path = PathOf(parts);
        Directory.CreateDirectory(path, EnterableByAll);
        return path;
    }

    /// <summary>A name that no earlier run used, for databases and queues.</summary>
    public static string FreshName(string kind, TimeProvider time) =>
        $"bench_{kind}_{time.GetUtcNow().ToString("MMdd_HHmmss_fff", CultureInfo.InvariantCulture)}";

    private static string FindRepository()
    {
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "ScaiSend.slnx")))
                    return folder.FullName;
            }
        }
        throw new BenchException("ScaiSend.slnx is in no folder above this one: start the bench inside the repository");
    }
}
