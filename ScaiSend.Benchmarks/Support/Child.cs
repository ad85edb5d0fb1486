using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace ScaiSend.Benchmarks.Support;

/// <summary>
/// A process that this run started. Its output goes to a file: a pipe that nobody reads would stop the process after 64 KB.
/// </summary>
public sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private readonly Process process;
    private readonly long logStart;

    private Child(string name, string log, Process process, long logStart)
    {
        Name = name;
        Log = log;
        this.process = process;
        this.logStart = logStart;
    }

    /// <summary>What the tables call it.</summary>
    public string Name { get; }

    /// <summary>The file with its output; a restart appends.</summary>
    public string Log { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts a program.</summary>
    public static Child Start(
        string name,
        string log,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var logStart = File.Exists(log) ? new FileInfo(log).Length : 0;
        // The shell replaces itself by the program, so the id is the program's.
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, program } };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        var process = Process.Start(start) ?? throw new BenchException($"{name} did not start");
        return new Child(name, log, process, logStart);
    }

    /// <summary>Runs a program to its end and returns its output; a failure ends the run.</summary>
    public static async Task<string> RunAsync(
        string name,
        string log,
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        await using var child = Start(name, log, program, arguments, environment);
        await child.WaitForExitAsync(cancellationToken);
        if (child.ExitCode != 0)
            throw new BenchException($"{name} ended with {child.ExitCode}:{Environment.NewLine}{child.LastOutput()}");
        return child.Output();
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <summary>Waits until the output has this text.</summary>
    public async Task WaitForOutputAsync(string text, TimeSpan limit, CancellationToken cancellationToken) =>
        await Until.TrueAsync(
            $"{Name} says \"{text}\"",
            limit,
            () =>
            {
                FailIfExited();
                return Output().Contains(text, StringComparison.OrdinalIgnoreCase);
            },
            cancellationToken
        );

    /// <summary>Ends the run when the process has ended by itself.</summary>
    public void FailIfExited()
    {
        if (HasExited)
            throw new BenchException($"{Name} ended by itself with {ExitCode}:{Environment.NewLine}{LastOutput()}");
    }

    /// <summary>What it said since it was started.</summary>
    public string Output()
    {
        if (!File.Exists(Log))
            return "";
        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(logStart, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>SIGKILL: no chance to say good-bye.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, and SIGKILL when that does not help.</summary>
    public async Task StopAsync()
    {
        if (HasExited)
            return;
        _ = SendSignal(Id, SignalTerminate);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Progress.Say($"{Name} did not stop within {StopLimit.TotalSeconds:0} s and is killed");
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    private string LastOutput()
    {
        var lines = Output().Split('\n');
        return string.Join(Environment.NewLine, lines.TakeLast(30)) + Environment.NewLine + $"(all of it: {Log})";
    }

    private const int SignalTerminate = 15;

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
