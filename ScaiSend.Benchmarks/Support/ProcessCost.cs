using System.Globalization;

namespace ScaiSend.Benchmarks.Support;

/// <summary>What processes and the whole machine have used, read from <c>/proc</c>.</summary>
public static class ProcessCost
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(10);

    /// <summary>User and system time of a process, all threads; zero when it is gone.</summary>
    public static TimeSpan Cpu(int processId)
    {
        try
        {
            // proc(5): the name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return ClockTick * (Number(fields[11]) + Number(fields[12]));
        }
        catch (IOException)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>Time that all processors spent on anything but idling.</summary>
    public static TimeSpan BusyCpu()
    {
        // proc(5): user, nice, system, idle, iowait, irq, softirq; time stolen by the host is not ours.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return ClockTick * (Number(fields[1]) + Number(fields[2]) + Number(fields[3]) + Number(fields[6]) + Number(fields[7]));
    }

    /// <summary>The most memory that a process ever had resident, in bytes; zero when it is gone.</summary>
    public static long PeakMemory(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
