using System.Globalization;
using ScaiSend.Api.ScaiKey;

namespace ScaiSend.Cli.Identity;

/// <summary>Shows how far a sync is: as a bar that stays in its line on a terminal, as one line for each stage elsewhere.</summary>
public sealed class SyncProgress(TextWriter output) : IDisposable
{
    private const int Width = 30;

    private readonly bool _isTerminal = ReferenceEquals(output, Console.Error) && !Console.IsErrorRedirected;
    private WalkProgress? _last;

    public void Show(WalkProgress progress)
    {
        if (_last is not null && _last.Stage != progress.Stage)
            End();
        _last = progress;
        if (_isTerminal)
            output.Write($"\r{Line(progress)}  ");
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (_last is not null)
            output.WriteLine(_isTerminal ? "" : Line(_last));
        _last = null;
    }

    public void Dispose() => End();

    /// <summary>Such as <c>users   [#####.....] 5,000 of 10,000</c>; a count alone when nobody knows how many there are.</summary>
    public static string Line(WalkProgress progress)
    {
        var done = progress.Done.ToString("N0", CultureInfo.InvariantCulture);
        if (progress.Total is not (> 0 and var total))
            return $"{progress.Stage, -16} {done}";
        var full = (int)((long)Width * Math.Min(progress.Done, total) / total);
        return $"{progress.Stage, -16} [{new string('#', full)}{new string('.', Width - full)}] {done} of {total.ToString("N0", CultureInfo.InvariantCulture)}";
    }
}
