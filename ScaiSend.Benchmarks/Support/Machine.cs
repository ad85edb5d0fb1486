using System.Globalization;
using System.Runtime.InteropServices;

namespace ScaiSend.Benchmarks.Support;

/// <summary>What a run needs of the machine, and how the figures name it.</summary>
public static class Machine
{
    /// <summary>Date, processors, memory and versions: figures without them mean nothing.</summary>
    public static string Describe(TimeProvider time)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var memory = File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var gigabytes = long.Parse(memory, CultureInfo.InvariantCulture) / 1024.0 / 1024.0;
        var date = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"{date} UTC, {Environment.ProcessorCount} x {model?.Split(':')[1].Trim() ?? "CPU"}, {gigabytes:0} GB, "
            + $"{RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    /// <summary>Ends the run when a program is missing or the user is not root.</summary>
    public static void NeedsRootAnd(params string[] programs)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new BenchException("Postfix, OpenDKIM and smtp-sink run under users of their own: start this bench as root");
        Needs(programs);
    }

    /// <summary>Ends the run when a program is missing.</summary>
    public static void Needs(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").ToArray();
        var missing = programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToArray();
        if (missing.Length > 0)
            throw new BenchException($"not installed: {string.Join(", ", missing)} (Debian packages: postfix opendkim wrk)");
    }
}
